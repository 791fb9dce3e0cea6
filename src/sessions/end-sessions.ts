import { enqueueLogoutNotices } from './logout-notice.ts';
import type { EndedSession } from './session.ts';
import { deleteOfflineTokens, deleteOfflineTokensOfOrganization, deleteSessions } from './session-store.ts';
import type { Ending } from './session-store.ts';
import type { Actor } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionId, OrganizationId, SessionId, UserId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { asService, inTransaction } from '../db/database.ts';
import type { Database, Transaction } from '../db/database.ts';

/** What ending sessions needs. Callers have decided that the actor may do it. */
export interface EndSessionsDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}

/** Ends one session of a user, records it, and writes the logout notices of its applications. */
export async function endSession(
  deps: EndSessionsDeps,
  actor: Actor,
  input: { sessionId: SessionId; userId: UserId; organizationId: OrganizationId; reason: string },
): Promise<EndedSession[]> {
  return end(deps, actor, { session: input.sessionId, userId: input.userId }, input);
}

/** As {@link endSession}, all sessions of a user but `except`, and the refresh tokens that outlive sessions. */
export async function endSessionsOfUser(
  deps: EndSessionsDeps,
  actor: Actor,
  input: { userId: UserId; organizationId: OrganizationId; except?: SessionId; reason: string },
): Promise<EndedSession[]> {
  const ending = input.except === undefined ? {} : { except: input.except };
  return end(deps, actor, { userId: input.userId, ...ending }, input, async (db) =>
    deleteOfflineTokens(db, input.userId),
  );
}

/**
 * As {@link endSession}, all sessions of an organization's users but those made through `exceptConnection`, and the
 * refresh tokens that outlive sessions and follow from a login before `before` (now by default).
 */
export async function endSessionsOfOrganization(
  deps: EndSessionsDeps,
  actor: Actor,
  input: { organizationId: OrganizationId; exceptConnection?: ConnectionId; before?: Date; reason: string },
): Promise<EndedSession[]> {
  const { organizationId, exceptConnection, before = deps.clock.now() } = input;
  const ending = exceptConnection === undefined ? {} : { exceptConnection };
  return end(deps, actor, { organizationId, ...ending }, input, async (db) =>
    deleteOfflineTokensOfOrganization(db, organizationId, before),
  );
}

/** Sessions and tokens are the service's tables: an administrator's transaction has no rights on them. */
async function end(
  deps: EndSessionsDeps,
  actor: Actor,
  ending: Ending,
  about: { organizationId: OrganizationId; reason: string },
  deleteTokens?: (tx: Transaction) => Promise<void>,
): Promise<EndedSession[]> {
  return inTransaction(deps, async ({ db: tx }) =>
    asService(tx, async (db) => {
      const inside = { ...deps, db };
      await deleteTokens?.(db);
      const ended = await deleteSessions(db, ending);
      for (const session of ended) {
        await recordEvent(inside, {
          organizationId: about.organizationId,
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
