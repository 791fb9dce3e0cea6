import type { Connection } from '../connection.ts';
import { selectSealedSecret } from '../connection-store.ts';
import { findWayIn } from '../find-connection.ts';
import { insertTransaction } from './transaction-store.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import { after, MINUTE } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ConnectionId, LoginId, OrganizationId } from '../../base/ids.ts';
import { randomSecret, sha256 } from '../../base/random.ts';
import type { SealedPlace, SecretBox } from '../../base/secret-box.ts';
import type { ProviderSettings } from '../../connectors/connector.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { Database } from '../../db/database.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

/** How long a person may take at the provider. */
export const TRANSACTION_LIFETIME: Seconds = 10 * MINUTE;

/** What the round trip to a provider uses. */
export interface RoundTripDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  connectors: Connectors;
}

/** A way out that was remembered. */
export interface StartedRoundTrip {
  url: URL;
  /** Name of the transaction cookie, without prefix: one for each way out, so that tabs do not disturb each other. */
  cookieName: string;
  /** What the cookie must hold; only its hash is stored. */
  browserSecret: string;
}

/** The transaction cookie's name for a state parameter. */
export function transactionCookie(state: string): string {
  return `tx-${sha256(state).toString('hex').slice(0, 8)}`;
}

/**
 * Starts a round trip through a connection that is in force for the user's organization (or may still be used beside it).
 * @throws connection.not-found when the connection is neither
 */
export async function beginConnectionLogin(
  deps: RoundTripDeps,
  input: {
    loginId: LoginId;
    /** The user's organization; the connection may be its managing organization's. */
    organizationId: OrganizationId;
    connectionId: ConnectionId;
    loginHint: string | null;
    /** Greatest age of the login there, seconds; 0 asks for credentials now. */
    maxAge: Seconds | null;
    chooseAccount?: boolean;
  },
): Promise<StartedRoundTrip> {
  const connection = await usableConnection(deps, input.organizationId, input.connectionId);
  if (connection === undefined) throw new AppError('connection.not-found');
  const state = randomSecret();
  const nonce = randomSecret();
  const codeVerifier = connection.flow === 'code' ? randomSecret() : null;
  const browserSecret = randomSecret();
  const url = await deps.connectors[connection.method].begin(await providerSettings(deps, connection), {
    state,
    nonce,
    codeVerifier,
    loginHint: input.loginHint,
    maxAge: input.maxAge,
    chooseAccount: input.chooseAccount ?? false,
  });
  const now = deps.clock.now();
  const stateHash = sha256(state);
  await insertTransaction(deps.db, {
    stateHash,
    loginId: input.loginId,
    organizationId: connection.organizationId,
    connectionId: connection.id,
    connectionVersion: connection.version,
    issuer: connection.issuer,
    redirectUri: connection.redirectUri,
    nonce,
    sealedCodeVerifier:
      codeVerifier === null
        ? null
        : deps.secrets.seal(codeVerifier, verifierPlace(stateHash, connection.organizationId)),
    browserHash: sha256(browserSecret),
    maxAge: input.maxAge,
    createdAt: now,
    expiresAt: after(now, TRANSACTION_LIFETIME),
  });
  return { url, cookieName: transactionCookie(state), browserSecret };
}

/** The connection, if people of the organization may log in through it at this moment. */
export async function usableConnection(
  deps: { db: Database; clock: Clock },
  organizationId: OrganizationId,
  connectionId: ConnectionId,
): Promise<Connection | undefined> {
  const organization = await findOrganization(deps, organizationId);
  if (organization === undefined || organization.suspended) return undefined;
  const { way, another } = await findWayIn(deps, organization);
  for (const one of [way, another]) {
    if (one !== null && one.method !== 'built-in' && one.connection.id === connectionId) return one.connection;
  }
  return undefined;
}

/** What a connector is told of a connection, the client secret opened. */
export async function providerSettings(
  deps: { db: Database; secrets: SecretBox },
  connection: Connection,
): Promise<ProviderSettings> {
  const sealed =
    connection.credential === 'secret'
      ? await selectSealedSecret(deps.db, connection.organizationId, connection.id)
      : null;
  return {
    issuer: connection.issuer,
    directoryId: connection.directoryId,
    clientId: connection.clientId,
    clientSecret: sealed === null ? null : deps.secrets.open(sealed, secretPlace(connection)),
    flow: connection.flow,
    redirectUri: connection.redirectUri,
    metadata: connection.metadata,
    keys: connection.keys,
    keysReadAt: connection.keysReadAt,
  };
}

/** Where a connection's client secret stands sealed. */
export function secretPlace(connection: Pick<Connection, 'id' | 'organizationId'>): SealedPlace {
  return {
    table: 'connection',
    column: 'sealed_client_secret',
    row: connection.id,
    organization: connection.organizationId,
  };
}

/** Where a way out's code verifier stands sealed. */
export function verifierPlace(stateHash: Buffer, organizationId: OrganizationId): SealedPlace {
  return {
    table: 'connection_transaction',
    column: 'sealed_code_verifier',
    row: stateHash.toString('hex'),
    organization: organizationId,
  };
}
