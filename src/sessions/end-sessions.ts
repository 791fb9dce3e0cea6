import type { EndedSession } from './session.ts';
import { deleteOfflineTokens, deleteOfflineTokensOfOrganization, deleteSessions } from './session-store.ts';
import type { Ending } from './session-store.ts';
import type { Actor } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionId, OrganizationId, SessionId, UserId } from '../base/ids.ts';
import { inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** Ends one session of a user. */
export async function endSession(
  deps: Deps,
  actor: Actor,
  input: { sessionId: SessionId; userId: UserId; organizationId: OrganizationId; reason: string },
): Promise<EndedSession[]> {
  return end(deps, actor, { session: input.sessionId, userId: input.userId }, input);
}

/** Ends a user's sessions, but for one when given, and its refresh tokens that would outlive them. */
export async function endSessionsOfUser(
  deps: Deps,
  actor: Actor,
  input: { userId: UserId; organizationId: OrganizationId; except?: SessionId; reason: string },
): Promise<EndedSession[]> {
  return inTransaction(deps, async (deps) => {
    await deleteOfflineTokens(deps.db, input.userId);
    const ending = input.except === undefined ? {} : { except: input.except };
    return end(deps, actor, { userId: input.userId, ...ending }, input);
  });
}

/**
 * Ends the sessions of an organization's users, but for those made through one connection, and the refresh tokens that
 * would outlive them and follow from a login before `before` (now without).
 */
export async function endSessionsOfOrganization(
  deps: Deps,
  actor: Actor,
  input: { organizationId: OrganizationId; exceptConnection?: ConnectionId; before?: Date; reason: string },
): Promise<EndedSession[]> {
  const { organizationId, exceptConnection, before = deps.clock.now() } = input;
  return inTransaction(deps, async (deps) => {
    await deleteOfflineTokensOfOrganization(deps.db, organizationId, before);
    const ending = exceptConnection === undefined ? {} : { exceptConnection };
    return end(deps, actor, { organizationId, ...ending }, input);
  });
}

async function end(
  deps: Deps,
  actor: Actor,
  ending: Ending,
  about: { organizationId: OrganizationId; reason: string },
): Promise<EndedSession[]> {
  return inTransaction(deps, async (deps) => {
    const ended = await deleteSessions(deps.db, ending);
    for (const session of ended) {
      await recordEvent(deps, {
        organizationId: about.organizationId,
        kind: 'session.ended',
        actor,
        userId: session.userId,
        details: { reason: about.reason, applications: session.clientIds.length },
      });
    }
    return ended;
  });
}
