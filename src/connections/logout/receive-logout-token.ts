import { deleteLogoutTokensBefore, insertLogoutToken, selectConnectionsOfIssuer } from './logout-store.ts';
import { isWithin } from '../../authenticators/verify-authenticator.ts';
import type { AttemptLimit } from '../../authenticators/verify-authenticator.ts';
import { STRANGER } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { after, HOUR, MINUTE } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { sha256 } from '../../base/random.ts';
import type { LogoutToken } from '../../connectors/connector.ts';
import { explanationOf } from '../../connectors/explain-failure.ts';
import type { ExplanationCode, ExplanationValues } from '../../connectors/explanation-codes.ts';
import { ProviderFailure } from '../../connectors/provider-failure.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { endSessionsOfProvider } from '../../sessions/end-sessions.ts';
import type { EndSessionsDeps } from '../../sessions/end-sessions.ts';
import type { Connection } from '../connection.ts';
import { connectorOf } from '../connection-settings.ts';
import { selectRecentConnections } from '../connection-store.ts';
import { selectUsersOfSubject } from '../identity-store.ts';
import { readForUnknownKey } from '../provider/read-provider-again.ts';
import type { ReadingDeps } from '../provider/read-provider-again.ts';
import { recordRemark } from '../record-outcome.ts';

export interface ReceiveLogoutDeps extends EndSessionsDeps, ReadingDeps {
  rateLimit: AttemptLimit;
}

/** Longer than any logout token is taken. */
const REMEMBERED = HOUR;

/** Anybody can send a token: so many refused ones of one network are recorded, and of one organization. */
const MOST_OF_A_NETWORK = { name: 'logout-token', points: 10, seconds: 10 * MINUTE };
const MOST_OF_AN_ORGANIZATION = { name: 'logout-token-of', points: 30, seconds: HOUR };

/**
 * Signatures that were verified in vain for an organization, of tokens from one network that look right otherwise. Counted
 * when one does not fit, and a good one starts it again: a provider that logs many people out at once is not held up, and
 * strangers elsewhere close the door to nobody.
 */
const IN_VAIN = { name: 'logout-signature', points: 60, seconds: 10 * MINUTE };

/** What a logout token led to. */
export type ReceivedLogout =
  | { kind: 'ended'; sessions: number }
  /** `code`: null where the organization has no provider that sends logout tokens. */
  | { kind: 'refused'; code: ExplanationCode | null };

interface Refusal {
  connection: Connection;
  code: ExplanationCode;
  values: ExplanationValues;
}

/**
 * A logout token that an identity provider's server sent (OpenID Connect Back-Channel Logout 1.0): verified by the connector,
 * taken once, and then the sessions made through connections of this organization to this issuer end that it names by
 * `sid`, or by `sub` where no `sid` is known. Their applications are told by our own logout notices.
 * @throws request.too-many
 */
export async function receiveLogoutToken(
  deps: ReceiveLogoutDeps,
  input: { organizationId: OrganizationId; token: string; network: string; reference: string },
): Promise<ReceivedLogout> {
  const read = await readToken(deps, input);
  if (read === undefined) return { kind: 'refused', code: null };
  if (!('token' in read)) return refuse(deps, input, read);
  const { connection, token } = read;
  const ended = await inTransaction(deps, async (deps) => {
    const { id: connectionId, organizationId, issuer } = connection;
    const expiresAt = after(deps.clock.now(), REMEMBERED);
    if (!(await insertLogoutToken(deps.db, { connectionId, jtiHash: sha256(token.id), expiresAt }))) return undefined;
    const connectionIds = await selectConnectionsOfIssuer(deps.db, organizationId, issuer);
    const { sid: providerSid, subject } = token;
    const userIds = subject === null ? [] : await selectUsersOfSubject(deps.db, connectionIds, { issuer, subject });
    return endSessionsOfProvider(deps, { connectionIds, providerSid, userIds });
  });
  if (ended === undefined) return refuse(deps, input, { connection, code: 'logout.replayed', values: {} });
  return { kind: 'ended', sessions: ended.length };
}

/** Deletes what is remembered of logout tokens that are too old to be taken. */
export async function deleteOldLogoutTokens(deps: { db: Database; clock: Clock }): Promise<number> {
  return deleteLogoutTokensBefore(deps.db, deps.clock.now());
}

/** Verifies the token for the connection in force, or one before it: sessions made through that live on. */
async function readToken(
  deps: ReceiveLogoutDeps,
  { organizationId, token, network }: { organizationId: OrganizationId; token: string; network: string },
): Promise<{ connection: Connection; token: LogoutToken } | Refusal | undefined> {
  const refusals: Refusal[] = [];
  const from = `${organizationId} ${network}`;
  let verified = false;
  const beforeVerifying = async (): Promise<void> => {
    await deps.rateLimit.requireLeft(IN_VAIN, from);
    verified = true;
  };
  for (const connection of await selectRecentConnections(deps.db, organizationId)) {
    const { issuer, redirectUri, settings, method } = connection;
    const { readLogoutToken } = connectorOf(deps, method);
    if (readLogoutToken === undefined) continue;
    try {
      // No call to the provider carries the client secret here: it is not even read.
      const stored = { issuer, redirectUri, settings, clientSecret: null };
      // Read again within bounds, whoever sends unknown keys; one before is asked nothing any more.
      const readAgain = async (): Promise<unknown> =>
        connection.state === 'previous' ? settings : (await readForUnknownKey(deps, connection)).settings;
      const read = await readLogoutToken(stored, token, { readAgain, beforeVerifying });
      await deps.rateLimit.reset([{ limit: IN_VAIN, key: from }]);
      return { connection, token: read };
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      refusals.push({ connection, code: explanationOf(error), values: error.values });
    }
  }
  if (verified) await isWithin(deps, IN_VAIN, from);
  // What another issuer's connection says of it explains less.
  return refusals.find(({ code }) => code !== 'logout.issuer') ?? refusals[0];
}

/** Records a refused token where its provider's administrator looks: at the connection, and in the log. */
async function refuse(
  deps: ReceiveLogoutDeps,
  { organizationId, network, reference }: { organizationId: OrganizationId; network: string; reference: string },
  { connection, code, values }: Refusal,
): Promise<ReceivedLogout> {
  if (
    (await isWithin(deps, MOST_OF_A_NETWORK, network)) &&
    (await isWithin(deps, MOST_OF_AN_ORGANIZATION, organizationId))
  ) {
    await recordRemark(deps, connection, { code, values });
    const details = { code, values, issuer: connection.issuer, reference };
    await inTransaction(deps, async (deps) =>
      recordEvent(deps, { organizationId, kind: 'connection.logout-refused', actor: STRANGER, details }),
    );
  }
  return { kind: 'refused', code };
}
