import { z } from 'zod';
import { readPasted } from '../../base/outside-text.ts';
import type { ClientKey, Credential, ProviderFault, StoredConnection } from '../connector.ts';
import { storedKeys } from './documents/keys.ts';
import { storedMetadata } from './documents/metadata.ts';

/** How an identity provider answers: an ID token the browser posts, or an authorization code we redeem (with PKCE). */
export const FLOWS = ['id-token', 'code'] as const;
export type Flow = (typeof FLOWS)[number];

/** How a client secret is sent to the token endpoint (OpenID Connect Core 9). */
export const CLIENT_AUTHENTICATIONS = ['client_secret_basic', 'client_secret_post'] as const;
export type ClientAuthentication = (typeof CLIENT_AUTHENTICATIONS)[number];
const clientAuthentication = z.enum(CLIENT_AUTHENTICATIONS);

/** Scopes asked for where nothing else is entered (OpenID Connect Core 5.4). */
export const DEFAULT_SCOPE = 'openid profile email';

/** What is stored of every provider that speaks OpenID Connect. Metadata and keys are the last good ones. */
export const commonSettings = z.object({
  clientId: z.string(),
  flow: z.enum(FLOWS),
  metadata: storedMetadata,
  keys: storedKeys,
  keysReadAt: z.coerce.date(),
  /** Scopes, separated by blanks (RFC 6749 3.3); left out: {@link DEFAULT_SCOPE}. */
  scope: z.string().optional(),
  /** The day the client secret expires, `YYYY-MM-DD`, as an administrator entered it; left out: not known. */
  clientSecretExpiresOn: z.iso.date().optional(),
  /** How the client secret is sent, as an administrator chose it; left out: found by logins. */
  clientAuthentication: clientAuthentication.optional(),
  /** Audiences that ID tokens may name beside the Client ID (OpenID Connect Core 3.1.3.7, 3). */
  trustedAudiences: z.array(z.string()).optional(),
  /** What logins found out about this provider. */
  learned: z
    .object({
      /** The way of sending the client secret that it took. */
      clientAuthentication: clientAuthentication.optional(),
      /** It allowed `openid` alone when asked for more, last at this time. */
      openidAloneAt: z.coerce.date().optional(),
    })
    .optional(),
});
export type CommonSettings = z.infer<typeof commonSettings>;

/** What a request asks otherwise than the settings say, after the provider refused the one before it. */
const adaptation = z.object({
  clientAuthentication: clientAuthentication.optional(),
  scope: z.literal('openid').optional(),
  prompt: z.enum(['login', 'select_account']).optional(),
});
export type RequestAdaptation = z.infer<typeof adaptation>;

/** What must be remembered between the authorization request and its callback. */
export const requestState = z.object({
  nonce: z.string(),
  /** PKCE code verifier (RFC 7636); null where no code is asked. */
  codeVerifier: z.string().nullable(),
  /** The scopes and the `prompt` that were asked for. */
  scope: z.string().default(DEFAULT_SCOPE),
  prompt: z.string().nullable().default(null),
  adapted: adaptation.default({}),
});
export type RequestState = z.infer<typeof requestState>;

/** Reads what {@link RequestState} keeps of an adaptation. */
export function readAdaptation(value: unknown): RequestAdaptation {
  return adaptation.parse(value ?? {});
}

/** One provider, as the calls to it need it. */
export interface ProviderSettings extends CommonSettings {
  issuer: string;
  redirectUri: string;
  clientSecret: string | null;
  clientKey?: ClientKey;
}

/** The stored connection in one level. */
export function toProviderSettings<S extends CommonSettings>({
  settings,
  ...connection
}: StoredConnection<S>): S & Omit<StoredConnection<S>, 'settings'> {
  return { ...settings, ...connection };
}

/** A field for ids and addresses. */
export const pasted = (limit: number) => z.string().max(limit).overwrite(readPasted);

const clientId = pasted(255).min(1);
const clientSecret = pasted(1000)
  .min(1)
  .optional()
  .describe(
    'Written, never read. Left out with `credential: secret`: the stored one stays, if the provider is the same.',
  );

const clientSecretExpiresOn = z
  .union([z.iso.date(), z.literal('')])
  .optional()
  .describe(
    'The day the client secret expires, `YYYY-MM-DD`; empty: not known. Left out: as before, while the client secret stays.',
  );

/** What an administrator enters for every provider that speaks OpenID Connect. */
export const enteredInCommon = {
  clientId,
  clientSecret,
  clientSecretExpiresOn,
  clientKeys: pasted(40)
    .optional()
    .describe(
      'Id of `ClientKeys`, for a credential that is a key. Left out: those in force stay, if the provider is the same.',
    ),
};

/** A credential was chosen, and there is none. */
const SECRET_MISSING: ProviderFault = { fault: 'secret.missing', field: 'clientSecret' };

export function isFault(secret: string | null | ProviderFault): secret is ProviderFault {
  return secret !== null && typeof secret === 'object';
}

export interface EnteredCredential {
  credential: Credential;
  clientSecret?: string | undefined;
  clientSecretExpiresOn?: string | undefined;
}

/**
 * The client secret to store: the one entered, or the stored one as long as the provider is the same. A secret never
 * travels to another provider than the one it was entered for.
 */
export function clientSecretFor(
  entered: EnteredCredential,
  issuer: string,
  before: StoredConnection<unknown> | null,
): string | null | ProviderFault {
  if (entered.credential !== 'secret') return null;
  if (entered.clientSecret !== undefined && entered.clientSecret !== '') return entered.clientSecret;
  return before === null || before.clientSecret === null || before.issuer !== issuer
    ? SECRET_MISSING
    : before.clientSecret;
}

/** The day to store for a client secret: the one entered, or the stored one as long as the client secret stays. */
export function secretExpiryFor(
  { clientSecretExpiresOn: entered }: EnteredCredential,
  clientSecret: string | null,
  before: StoredConnection<CommonSettings> | null,
): string | undefined {
  if (clientSecret === null) return undefined;
  if (entered !== undefined) return entered === '' ? undefined : entered;
  return before?.clientSecret === clientSecret ? before.settings.clientSecretExpiresOn : undefined;
}

/** The beginning of that day (UTC). */
export function secretExpiresAt({ clientSecretExpiresOn: day }: CommonSettings): Date | null {
  return day === undefined ? null : new Date(`${day}T00:00:00Z`);
}

/** The settings with another such day; null: not known. */
export function withSecretExpiry<S extends CommonSettings>(
  { clientSecretExpiresOn: _before, ...settings }: S,
  day: string | null,
): S {
  return { ...settings, ...(day === null ? {} : { clientSecretExpiresOn: day }) } as S;
}
