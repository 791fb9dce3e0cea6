/**
 * A connector speaks one protocol to identity providers and owns all of it: what an administrator enters, what is
 * stored of it, the authorization request, what must be remembered until the callback, and the reading of the callback.
 *
 *     check  entered settings + the provider's own documents -> settings to store, or a fault of one field
 *     begin  stored settings                                 -> URL for the browser + state to remember
 *     finish stored settings + state + callback              -> claims, or a ProviderFailure
 *     adapt  that failure                                    -> how to ask once more, if that can help
 *     logoutUrl, readLogoutToken                             logout, sent to the provider and received from it
 *     reread stored settings                                 -> what the provider publishes now, compared with them
 *
 * Whose provider it is, when a connection is in force and whom a subject logs in is decided by src/connections.
 * Files: define-connector.ts gives a typed connector the form that connections use; create-connectors.ts lists them;
 * proved-claims.ts is what they say of a person; provider-failure.ts and explain-failure.ts say what went wrong; provider-change.ts what changed there; outgoing/ is the guarded fetch; one folder for each
 * protocol.
 */
import type { JWK } from 'jose';
import type { z } from 'zod';
import type { Seconds } from '../base/clock.ts';
import type { FederatedMethod } from '../base/federated-method.ts';
import type { ExplanationCode, Finding } from './explanation-codes.ts';
import type { Claims, EnteredMapping, PreviewedPerson, Supplement } from './proved-claims.ts';
import type { Reading } from './provider-change.ts';
import type { ProviderFailure } from './provider-failure.ts';

export type {
  Claims,
  EnteredMapping,
  MappedPerson,
  PreviewedPerson,
  StatedValues,
  Supplement,
} from './proved-claims.ts';

/** How we authenticate to an identity provider as its client: by nothing, a secret it knows, or a key of ours. */
export type Credential = 'none' | 'secret' | 'private-key' | 'certificate' | 'federated';

/** The current key of ours by which we authenticate to a provider, opened. */
export interface ClientKey {
  credential: Exclude<Credential, 'none' | 'secret'>;
  /** Private JSON Web Keys (RFC 7517), each of another type. */
  keys: readonly JWK[];
  /** `x5t#S256` of the certificate (RFC 7515 4.1.8); null for the other kinds. */
  thumbprint: string | null;
  /** Of a federated credential: who we are as its issuer, and the subject it names. */
  issuer: string;
  subject: string;
}

/** A connection as its connector sees it. */
export interface StoredConnection<Settings> {
  /** As the provider names itself; every answer must come from it. */
  issuer: string;
  /** Our URL where the callback must arrive, as registered at the provider. */
  redirectUri: string;
  /** Null when our credential there is none, or a key. */
  clientSecret: string | null;
  /** Left out when our credential there is no key, and where nothing is signed. */
  clientKey?: ClientKey;
  /** The connector's own document. */
  settings: Settings;
}

/** Our callback URLs: one shared, for answers that carry a verifiable issuer; one of the organization, for all others. */
export interface CallbackUrls {
  shared: string;
  organization: string;
}

/** Settings that hold: the provider answers and fits. */
export interface CheckedConnection<Settings> extends StoredConnection<Settings> {
  method: FederatedMethod;
  credential: Credential;
  /** What was left out or looks wrong, without keeping anybody from saving. */
  notes?: readonly ProviderFault[];
}

/** Why settings cannot be used, or what an administrator should know of those that can. */
export interface ProviderFault extends Finding {
  /** The field of the form it belongs to. */
  field: string;
}

/** What people read of a connection. */
export interface ConnectionDescription {
  /** Host of the page the browser is sent to. */
  host: string;
  /** Hosts the service itself speaks to. */
  hosts: string[];
  /** The settings as an administrator entered or may compare them; no secret, no key. */
  settings: Record<string, string>;
  /** What logins found out that an administrator may want to mend. */
  notes?: readonly Finding[];
  /** Which kinds of logout the provider's documents announce; left out: the protocol has none. */
  logout?: LogoutSupport;
}

/** Kinds of logout a provider announces; null where the documents we read do not say. */
export interface LogoutSupport {
  /** Host of its end session endpoint (OpenID Connect RP-Initiated Logout 1.0); null: it has none. */
  endSessionHost: string | null;
  /** OpenID Connect Back-Channel Logout 1.0. */
  backChannel: boolean | null;
  /** OpenID Connect Front-Channel Logout 1.0. */
  frontChannel: boolean | null;
}

/** What an authorization request asks for. */
export interface AuthorizationRequest {
  /** Sent along and given back by the callback, in {@link Connector.stateParameter}. */
  state: string;
  /** The address typed on our page. */
  loginHint: string | null;
  /** Greatest age of the login there; 0 asks for credentials now. Null on the plain path. */
  maxAge: Seconds | null;
  /** Ask which account, when the person said it was the wrong one. */
  chooseAccount: boolean;
  /** What {@link Connector.adapt} gave after the request before this one; left out for the first. */
  adapted?: Adaptation;
}

/** What a request asks otherwise than the settings say, because the provider refused the request before it; as JSON. */
export type Adaptation = Readonly<Record<string, string | undefined>>;

/** What came back for an {@link AuthorizationRequest}. */
export interface Callback<State> {
  /** What `begin` gave to remember. */
  state: State;
  maxAge: Seconds | null;
  startedAt: Date;
  /** A form the browser posted; otherwise the query of a GET. */
  posted: boolean;
  /** Each at most once. */
  parameters: URLSearchParams;
  /** Whether a subject is bound to a user already, whose claims then serve no binding. */
  isBound: (subject: Pick<Claims, 'issuer' | 'directoryId' | 'subject'>) => Promise<boolean>;
  /** Whether somebody logged in through the connection before: what it asks for is then known to work. */
  hadSuccess: boolean;
  /** Claims whose values the connection's rules ask for; left out: none. */
  claimNames?: readonly string[];
  /** Claims whose values are wanted where the ID token states them; userinfo is not asked for them. */
  namesBeside?: readonly string[];
  /** A test: what the provider states is wanted for the preview of a mapping, as {@link Proof.kept}. */
  keepClaims?: boolean;
  /** Called when a token names a key that is not stored: has the provider read again, if that may be, and gives the settings then. */
  readAgain(): Promise<unknown>;
}

/** What the provider told of its own session, in which the person logged in. */
export interface StatedSession {
  /** `sid`: what its logout notices name. */
  sid: string | null;
  /** `session_expiry`: when our session ends at the latest. */
  endsAt: Date | null;
  /** What its end session endpoint wants to be told of this login; null where there is nothing, or too much for an address. */
  logoutHint: string | null;
}

/** A browser is sent to the provider's end session endpoint. */
export interface LogoutRequest {
  /** {@link StatedSession.logoutHint}, where it was kept. */
  hint: string | null;
  /** Where the provider sends the browser then; registered there. */
  postLogoutRedirectUri: string;
  state: string;
}

/** A verified logout token (OpenID Connect Back-Channel Logout 1.0, 2.4). At least one of `sid` and `subject` is there. */
export interface LogoutToken {
  sid: string | null;
  /** As {@link Claims.subject}. */
  subject: string | null;
  /** `jti`: names this token. */
  id: string;
}

/** A verified callback. */
export interface Proof {
  claims: Claims;
  /**
   * Whether the login there was shown to be as fresh as asked (`auth_time`); true where no age was asked for. False when the
   * provider stated no `auth_time` at all; one that is too old is a ProviderFailure.
   */
  fresh: boolean;
  /** What this login found out about the provider, to be stored as the member `learned` of the settings; null or left out: nothing new. */
  learned?: unknown;
  /** A further source that only supplements the claims was asked; its fault refuses no login. Left out: not asked. */
  supplement?: Supplement;
  /** Left out where the protocol tells nothing of it. */
  session?: StatedSession;
  /** Short claims that a mapping could name; left out unless {@link Callback.keepClaims}. */
  kept?: Record<string, unknown>;
}

/** A changed setting that mends a failure, for one click. */
export interface Offer {
  /** Name of the setting, as entered. */
  setting: string;
  /** Its new value, as entered. */
  value: string;
}

/** A registration at a provider that the directories of many organizations may consent to. */
export interface Registration {
  clientId: string;
  /** One of {@link AdminConsent.clouds}. */
  cloud: string;
}

/** The answer of a consent page: the directory it names, which is not proven by it; or why there is none. */
export type ConsentAnswer = { directoryId: string } | { code: ExplanationCode };

/** How one registration is used by many directories, each of which consents once. */
export interface AdminConsent {
  clouds: readonly string[];
  /** What is wrong with a registration as entered. Asks nobody. */
  check(registration: Registration): ProviderFault | null;
  /** Where an administrator of a directory consents for everybody in it. */
  url(registration: Registration, request: { redirectUri: string; state: string }): string;
  /** Reads an answer without an error (an error is read as every provider's). */
  read(parameters: URLSearchParams): ConsentAnswer;
  /** Why a login does not prove a directory, by the claims it shows (a guest's does not); null where it does. */
  whyNoProof(claims: Record<string, string>, directoryId: string): ExplanationCode | null;
  /** The settings of a directory that consented, as an administrator would enter them. */
  entered(registration: Registration, directoryId: string, clientSecret: string | null): { method: string };
}

/** Our code for one kind of provider. */
export interface Connector<Entered = unknown, Settings = unknown, State = unknown> {
  method: FederatedMethod;
  /** Callback parameter that carries our state: `state` (RFC 6749 4.1.2), `RelayState` in SAML. */
  stateParameter: string;
  /** What an administrator enters, as the API takes it: an object whose `method` is the connector's. */
  entered: z.ZodType<Entered> & z.core.$ZodTypeDiscriminable;
  /** What is stored in `connection.settings`. */
  settings: z.ZodType<Settings>;
  /** What is stored, sealed, until the callback. */
  state: z.ZodType<State>;
  /** Settings entered under another method that this connector must handle, in its own form; null for all others. */
  adopt(method: string, entered: unknown): { entered: Entered; notes: readonly ProviderFault[] } | null;
  /** Asks the provider whether entered settings hold. `before` is the connection in force, of the same method. */
  check(
    entered: Entered,
    callbacks: CallbackUrls,
    before: StoredConnection<Settings> | null,
  ): Promise<CheckedConnection<Settings> | ProviderFault>;
  describe(settings: Settings): ConnectionDescription;
  /** When our credential at the provider expires, as far as the settings say; null where they do not. */
  credentialExpiresAt(settings: Settings): Date | null;
  /** The settings with another day on which the client secret expires, `YYYY-MM-DD`; null: not known. */
  withSecretExpiry(settings: Settings, day: string | null): Settings;
  /** Where an administrator at the provider agrees once for everybody; left out where there is no such page. */
  consentUrl?(connection: Pick<StoredConnection<Settings>, 'settings' | 'redirectUri'>): string;
  /** Left out where every organization has a registration of its own. */
  adminConsent?: AdminConsent;
  /** Whether both know people by the same subjects, so that identities bound under one hold under the other. */
  sharesSubjects(one: Settings, other: Settings): boolean;
  /** The authorization request. Nothing is fetched. */
  begin(connection: StoredConnection<Settings>, request: AuthorizationRequest): Promise<{ url: URL; state: State }>;
  /** Verifies a callback. @throws ProviderFailure */
  finish(connection: StoredConnection<Settings>, callback: Callback<State>): Promise<Proof>;
  /** What a mapping would make of {@link Proof.kept}; left out where claims are not mapped. */
  previewMapping?(entered: EnteredMapping, kept: Record<string, unknown>): PreviewedPerson | ProviderFault;
  /** Reads what the provider publishes again and compares it with what is stored; left out where nothing is published. */
  reread?(connection: StoredConnection<Settings>): Promise<Reading<Settings>>;
  /** Where a browser ends the provider's own session; null where it has no such page. Left out: the protocol has none. */
  logoutUrl?(connection: Pick<StoredConnection<Settings>, 'settings'>, request: LogoutRequest): URL | null;
  /**
   * Verifies a logout token that the provider sent. Left out: it sends none. `readAgain`: as {@link Callback.readAgain};
   * `beforeVerifying` is called when all that costs little fits.
   * @throws ProviderFailure
   */
  readLogoutToken?(
    connection: StoredConnection<Settings>,
    token: string,
    calls: { readAgain: () => Promise<unknown>; beforeVerifying: () => Promise<void> },
  ): Promise<LogoutToken>;
  /** How to ask once more after a failure, by a new round trip of the person; null where that would end alike. */
  adapt?(connection: StoredConnection<Settings>, failure: ProviderFailure, state: State): Adaptation | null;
  /** How to ask the same once more, after our credential was replaced; left out: as the first time. */
  repeat?(state: State): Adaptation;
  /** The setting that mends a failure, where there is one. */
  offer?(settings: Settings, failure: { code: string; values: unknown }, credential: Credential): Offer | null;
}
