import { sentParameters } from './sent-parameters.ts';
import type { SentParameters } from './sent-parameters.ts';
import { insertTransaction } from './transaction-store.ts';
import type { ConnectionTransaction } from './transaction-store.ts';
import type { Connection } from '../connection.ts';
import { connectorOf } from '../connection-settings.ts';
import type { MethodFacts } from '../facts/method-facts.ts';
import { findLoginMethod, loginMethodOf } from '../find-login-method.ts';
import type { LoginMethods } from '../find-login-method.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import { after, MINUTE } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ConnectionId, LoginId, OrganizationId, UserId } from '../../base/ids.ts';
import { randomSecret, sha256 } from '../../base/random.ts';
import type { SealedPlace, SecretBox } from '../../base/secret-box.ts';
import type { Adaptation } from '../../connectors/connector.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { Database } from '../../db/database.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

/** How long a person may take at the provider. */
export const TRANSACTION_LIFETIME: Seconds = 10 * MINUTE;

/** What authorization requests and their callbacks use. */
export interface AuthorizationDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  connectors: Connectors;
}

/** A stored authorization request. */
export interface SentRequest {
  /** Where to send the browser. */
  url: URL;
  /** Name of the transaction cookie, without prefix: one for each request, so that tabs do not overwrite each other's. */
  cookieName: string;
  /** What the cookie must hold; only its hash is stored. */
  browserSecret: string;
}

/** The transaction cookie's name for a state. */
export function transactionCookie(state: string): string {
  return `tx-${sha256(state).toString('hex').slice(0, 8)}`;
}

export type { ConnectionTransaction };

/** What an authorization request is made for. */
export interface RequestInput {
  loginId: LoginId;
  /** The user's organization; the connection may be its managing organization's. */
  organizationId: OrganizationId;
  connectionId: ConnectionId;
  /** Whose address was typed; null for nobody's. */
  userId: UserId | null;
  loginHint: string | null;
  /** Greatest age of the login there; 0 asks for credentials now. */
  maxAge: Seconds | null;
  chooseAccount?: boolean;
  /** What to ask otherwise than the request before it. */
  adapted?: Adaptation;
  /** How the organization's people log in, where this request read it already. */
  methods?: MethodFacts | undefined;
}

/** An authorization request that is not stored yet, and what the login's trace tells of it. */
export interface PreparedRequest {
  sent: SentRequest;
  /** The organization that is logged in to. */
  organizationId: OrganizationId;
  transaction: ConnectionTransaction;
  detail: SentParameters;
}

/** Makes an authorization request as {@link prepareAuthorizationRequest}, and stores it. */
export async function sendAuthorizationRequest(deps: AuthorizationDeps, input: RequestInput): Promise<SentRequest> {
  const prepared = await prepareAuthorizationRequest(deps, input);
  await storeRequest(deps, prepared);
  return prepared.sent;
}

/** Stores a request of a login that stands where it is, with an entry of its trace. */
export async function storeRequest(
  deps: Pick<AuthorizationDeps, 'db'>,
  { transaction, organizationId, detail }: PreparedRequest,
): Promise<void> {
  await insertTransaction(deps.db, transaction, { organizationId, detail });
}

/**
 * Makes the authorization request of a login, for a connection that is in force for the user's organization (or may
 * still be used beside it), with what its callback must be compared with and what stands in the login's trace.
 * @throws connection.not-found when the connection is neither, provider.held when its provider waits for a confirmation
 */
export async function prepareAuthorizationRequest(
  deps: AuthorizationDeps,
  input: RequestInput,
): Promise<PreparedRequest> {
  const { methods, connectionId, userId } = input;
  const connection =
    methods === undefined
      ? await findUsableConnection(deps, input, userId)
      : await usableConnectionOf(methods, connectionId, userId, deps.clock.now());
  if (connection === undefined) throw new AppError('connection.not-found');
  // Not even the browser: a log-in page at a name that somebody took over would read passwords.
  if (connection.heldSince !== null) throw new AppError('provider.held');
  const state = randomSecret();
  const browserSecret = randomSecret();
  const { loginHint, maxAge, chooseAccount = false, adapted = {} } = input;
  const { issuer, redirectUri, settings } = connection;
  // An authorization request carries no credential: the secret is not even read.
  const stored = { issuer, redirectUri, settings, clientSecret: null };
  const begun = await connectorOf(deps, connection.method).begin(stored, {
    state,
    loginHint,
    maxAge,
    chooseAccount,
    adapted,
  });
  const now = deps.clock.now();
  const stateHash = sha256(state);
  const place = statePlace(stateHash, connection.organizationId);
  const transaction = {
    stateHash,
    loginId: input.loginId,
    organizationId: connection.organizationId,
    loginOrganizationId: input.organizationId,
    connectionId: connection.id,
    connectionVersion: connection.version,
    issuer,
    redirectUri,
    sealedState: deps.secrets.seal(JSON.stringify(begun.state), place),
    browserHash: sha256(browserSecret),
    maxAge,
    createdAt: now,
    expiresAt: after(now, TRANSACTION_LIFETIME),
  };
  const sent = { url: begun.url, cookieName: transactionCookie(state), browserSecret };
  return { sent, organizationId: input.organizationId, transaction, detail: sentParameters(begun.url) };
}

/** The connection, if a person of the organization may log in through it at this moment; null: somebody without an account, `anybody`: one of them may. */
export async function findUsableConnection(
  deps: { db: Database; clock: Clock },
  { organizationId, connectionId }: { organizationId: OrganizationId; connectionId: ConnectionId },
  userId: UserId | null | 'anybody',
): Promise<Connection | undefined> {
  const organization = await findOrganization(deps, organizationId);
  if (organization === undefined || organization.suspended) return undefined;
  return amongUsable(await findLoginMethod(deps, organization, userId), connectionId);
}

/** As {@link findUsableConnection}, by what this request read of the organization already; undefined where that is gone. */
export async function usableConnectionOf(
  facts: MethodFacts | undefined,
  connectionId: ConnectionId,
  userId: UserId | null | 'anybody',
  now: Date,
): Promise<Connection | undefined> {
  if (facts === undefined || facts[0].organization.suspended) return undefined;
  return amongUsable(await loginMethodOf(facts, userId, now), connectionId);
}

function amongUsable({ current, another }: LoginMethods, connectionId: ConnectionId): Connection | undefined {
  for (const one of [current, another]) {
    if (one?.connection?.id === connectionId) return one.connection;
  }
  return undefined;
}

/** Where the connector's state of a request stands sealed. */
export function statePlace(stateHash: Buffer, organizationId: OrganizationId): SealedPlace {
  const row = stateHash.toString('hex');
  return { table: 'connection_transaction', column: 'sealed_state', row, organization: organizationId };
}
