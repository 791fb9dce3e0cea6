import type { ProviderLogin, Session } from './session.ts';
import {
  countOfOrganization,
  deleteExpired,
  selectByCookie,
  selectOfUser,
  selectProviderLogin,
} from './session-store.ts';
import type { Clock } from '../base/clock.ts';
import type { OrganizationId, SessionId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** The live session of a browser's cookie; undefined for a malformed cookie. */
export async function findSession(
  deps: { db: Database; clock: Clock },
  cookie: string | undefined,
): Promise<Session | undefined> {
  if (cookie === undefined || !/^[\w-]{20,128}$/.test(cookie)) return undefined;
  return selectByCookie(deps.db, cookie, deps.clock.now());
}

/** A user's live sessions, the latest used first. */
export async function findSessionsOfUser(deps: { db: Database; clock: Clock }, userId: UserId): Promise<Session[]> {
  return selectOfUser(deps.db, userId, deps.clock.now());
}

/** Through which connection a session was made, and what its provider is told when it ends; undefined for one that is gone. */
export async function findProviderLogin(deps: { db: Database }, id: SessionId): Promise<ProviderLogin | undefined> {
  return selectProviderLogin(deps.db, id);
}

/** How many live sessions an organization's users have. */
export async function countSessionsOfOrganization(
  deps: { db: Database; clock: Clock },
  organizationId: OrganizationId,
): Promise<number> {
  return countOfOrganization(deps.db, organizationId, deps.clock.now());
}

/** Deletes expired sessions. */
export async function deleteExpiredSessions(deps: { db: Database; clock: Clock }): Promise<number> {
  return deleteExpired(deps.db, deps.clock.now());
}
