import { enqueueLogoutNotices } from './logout-notice.ts';
import type { EndedSession } from './session.ts';
import { endAllOfflineTokens, endOfflineTokens } from './ended-token-store.ts';
import { deleteAnySessions, deleteSessions, MOST_AT_ONCE } from './session-store.ts';
import type { Ending, ThroughConnections } from './session-store.ts';
import { SERVICE } from '../audit/audit-event.ts';
import type { Actor } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionId, OrganizationId, SessionId, UserId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { asService, inTransaction } from '../db/database.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';
import { defineJob } from '../jobs/job.ts';
import type { JobHandler } from '../jobs/job.ts';
import type { Database, Transaction } from '../db/database.ts';

/** What ending sessions needs. Callers have decided that the actor may do it. */
export interface EndSessionsDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}

/** Sessions of a user that are more than a user may have. */
export interface SurplusSessions {
  sessions: readonly SessionId[];
  userId: UserId;
  organizationId: OrganizationId;
}

/** Ends one session of a user, records it, and writes the logout notices of its applications. */
export async function endSession(
  deps: EndSessionsDeps,
  actor: Actor,
  input: { sessionId: SessionId; userId: UserId; organizationId: OrganizationId; reason: string },
): Promise<EndedSession[]> {
  return end(deps, actor, { session: input.sessionId, userId: input.userId }, input);
}

/** As {@link endSession}, sessions of a user that are more than a user may have (`limit_policy`). */
export async function endSurplusSessions(
  deps: EndSessionsDeps,
  { sessions, userId, organizationId }: SurplusSessions,
): Promise<void> {
  await end(deps, SERVICE, { sessions, userId }, { organizationId, reason: 'too many sessions' });
}

/** As {@link endSession}, all sessions of a user but `except`, and the tokens that outlive sessions. */
export async function endSessionsOfUser(
  deps: EndSessionsDeps,
  actor: Actor,
  input: { userId: UserId; organizationId: OrganizationId; except?: SessionId; reason: string },
): Promise<EndedSession[]> {
  const ending = input.except === undefined ? {} : { except: input.except };
  const now = deps.clock.now();
  return end(deps, actor, { userId: input.userId, ...ending }, input, async (db) =>
    endOfflineTokens(db, input.userId, now, now),
  );
}

/**
 * As {@link endSession}, all sessions of an organization's users but those made through `exceptConnection`, and the
 * tokens that outlive sessions and follow from a login before `before` (now by default).
 */
export async function endSessionsOfOrganization(
  deps: EndSessionsDeps,
  actor: Actor,
  input: { organizationId: OrganizationId; exceptConnection?: ConnectionId; before?: Date; reason: string },
): Promise<EndedSession[]> {
  const { organizationId, exceptConnection, before = deps.clock.now() } = input;
  const ending = exceptConnection === undefined ? {} : { exceptConnection };
  return end(deps, actor, { organizationId, ...ending }, input, async (db) =>
    endOfflineTokens(db, organizationId, before, deps.clock.now()),
  );
}

/** Ends what one notice of a provider left over: as many as one statement ends, again and again. */
const END_OF_PROVIDER = defineJob<Stored>('end-sessions-of-provider');
type Stored = Omit<ThroughConnections, 'loggedInUntil'> & { loggedInUntil: string };

/**
 * As {@link endSession}, sessions made through an identity provider, which says that its own ended. Each event stands in the
 * log of the session's organization. Tokens that may outlive sessions stay (OpenID Connect Back-Channel Logout 1.0, 2.7).
 * However many there are all end, the rest of them by a job that is written in the same transaction.
 * @returns those that ended at once
 */
export async function endSessionsOfProvider(
  deps: EndSessionsDeps,
  which: Omit<ThroughConnections, 'loggedInUntil'>,
): Promise<EndedSession[]> {
  if (which.connectionIds.length === 0 || (which.providerSid === null && which.userIds.length === 0)) return [];
  const loggedInUntil = deps.clock.now();
  return inTransaction(deps, async (deps) => {
    const ended = await endBatch(deps, { ...which, loggedInUntil });
    if (ended.length === MOST_AT_ONCE) {
      const payload = { ...which, loggedInUntil: loggedInUntil.toISOString() };
      await enqueueJob(deps, { kind: END_OF_PROVIDER, organizationId: null, payload });
    }
    return ended;
  });
}

/** Ends the rest. */
export function endOfProviderHandler(deps: EndSessionsDeps): JobHandler<Stored> {
  return {
    kind: END_OF_PROVIDER,
    async run({ payload }) {
      const which = { ...payload, loggedInUntil: new Date(payload.loggedInUntil) };
      while ((await endBatch(deps, which)).length === MOST_AT_ONCE);
    },
  };
}

async function endBatch(deps: EndSessionsDeps, which: ThroughConnections): Promise<EndedSession[]> {
  return end(deps, SERVICE, which, { organizationId: null, reason: 'logout at the identity provider' });
}

/**
 * Ends every session there is, and by a mark the tokens that outlive sessions: those too that a refresh running beside
 * inserts. The applications of sessions that were live are told. For a restored database, which records the number and not
 * each session.
 * @returns how many there were
 */
export async function endEverySession(deps: EndSessionsDeps & { db: Transaction }): Promise<number> {
  const now = deps.clock.now();
  await endAllOfflineTokens(deps.db, now);
  let count = 0;
  for (let ended = await deleteAnySessions(deps.db, now); ended.length > 0;) {
    count += ended.length;
    await enqueueLogoutNotices(
      deps,
      ended.filter(({ live }) => live),
    );
    ended = await deleteAnySessions(deps.db, now);
  }
  return count;
}

/** Sessions and tokens are the service's tables: an administrator's transaction has no rights on them. */
async function end(
  deps: EndSessionsDeps,
  actor: Actor,
  ending: Ending,
  about: { organizationId: OrganizationId | null; reason: string },
  endTokens?: (tx: Transaction) => Promise<void>,
): Promise<EndedSession[]> {
  return inTransaction(deps, async ({ db: tx }) =>
    asService(tx, async (db) => {
      const inside = { ...deps, db };
      await endTokens?.(db);
      const ended = await deleteSessions(db, ending);
      for (const session of ended) {
        const organizationId = about.organizationId ?? session.organizationId;
        if (organizationId === null) continue; // nobody was logged in
        await recordEvent(inside, {
          organizationId,
          kind: 'session.ended',
          actor,
          userId: session.userId,
          details: { reason: about.reason, applications: session.clientIds.length },
        });
      }
      await enqueueLogoutNotices(inside, ended);
      return ended;
    }),
  );
}
