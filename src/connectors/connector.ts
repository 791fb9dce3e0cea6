import type { ProviderKeys } from './keys.ts';
import type { ProviderMetadata } from './metadata.ts';

/** How an identity provider answers: an ID token the browser posts, or a code we redeem (with PKCE). */
export type Flow = 'id-token' | 'code';

/** What a connector needs of a connection; nothing of it is fetched on the way out. */
export interface ProviderSettings {
  /** As the provider's metadata states it; every answer must come from it. */
  issuer: string;
  /** Directory (tenant) ID of Entra ID. */
  directoryId: string | null;
  clientId: string;
  /** Null when we have no credential there. */
  clientSecret: string | null;
  flow: Flow;
  redirectUri: string;
  metadata: ProviderMetadata;
  keys: ProviderKeys;
  keysReadAt: Date;
}

/** One way out. */
export interface WayOut {
  state: string;
  nonce: string;
  /** PKCE code verifier (RFC 7636); null where no code is asked. */
  codeVerifier: string | null;
  /** The address typed on our page. */
  loginHint: string | null;
  /** Greatest age of the login there, seconds; 0 asks for credentials now. Null on the plain path. */
  maxAge: number | null;
  /** Ask which account, when the person said it was the wrong one. */
  chooseAccount: boolean;
}

/** The way back to a {@link WayOut}. */
export interface WayBack {
  nonce: string;
  codeVerifier: string | null;
  maxAge: number | null;
  startedAt: Date;
  /** The answer's parameters, each at most once: the query, or the form that the browser posted. */
  parameters: URLSearchParams;
}

/** What the provider proved, from a verified ID token. */
export interface Claims {
  issuer: string;
  /** `tid` for Entra ID, empty otherwise. */
  directoryId: string;
  /** `oid` for Entra ID, `sub` otherwise. */
  subject: string;
  name: string | null;
  /** What the provider calls the person: shown, never compared. */
  displayAddress: string | null;
  /** Addresses the provider states, verified or not, as stated. */
  claimedAddresses: string[];
  /** Those of them it has shown to be this person's. */
  provenAddresses: string[];
  /** RFC 8176, as stated. */
  amr: string[];
  acr: string | null;
  /** When the person proved something there; null when not stated. */
  authTime: Date | null;
  /** Claims for the trace an administrator reads; a closed list, never a token. */
  shown: Record<string, string>;
}

/** A finished way back. The keys are handed back when they were fetched anew: the caller keeps them as the last good ones. */
export interface Proof {
  claims: Claims;
  refreshedKeys: ProviderKeys | null;
}

/** Our code for one kind of provider. */
export interface Connector {
  /** Where to send the browser. */
  begin(settings: ProviderSettings, out: WayOut): Promise<URL>;
  /** Verifies the answer; throws {@link import('./provider-failure.ts').ProviderFailure}. */
  finish(settings: ProviderSettings, back: WayBack): Promise<Proof>;
}
