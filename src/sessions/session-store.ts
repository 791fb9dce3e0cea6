import type { EndedSession, Session } from './session.ts';
import type { ConnectionId, OrganizationId, SessionId, UserId } from '../base/ids.ts';
import { sha256 } from '../base/random.ts';
import type { Database } from '../db/database.ts';

function selectLive(db: Database, now: Date) {
  return db
    .selectFrom('session')
    .select([
      'id',
      'user_id',
      'organization_id',
      'connection_id',
      'method',
      'emergency',
      'amr',
      'factor_at',
      'logged_in_at',
      'last_seen_at',
      'expires_at',
    ])
    .where('user_id', 'is not', null)
    .where('expires_at', '>', now)
    .where('idle_expires_at', '>', now);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectLive>['executeTakeFirstOrThrow']>>;

function toSession(row: Row): Session {
  if (row.user_id === null || row.organization_id === null || row.logged_in_at === null) {
    throw new Error('a session of nobody');
  }
  return {
    id: row.id,
    userId: row.user_id,
    organizationId: row.organization_id,
    connectionId: row.connection_id,
    method: row.method ?? 'built-in',
    emergency: row.emergency,
    amr: row.amr,
    factorAt: row.factor_at,
    loggedInAt: row.logged_in_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  };
}

/** The live session of a cookie; bound to what the browser holds, not to an organization. */
export async function selectByCookie(db: Database, cookie: string, now: Date): Promise<Session | undefined> {
  const row = await selectLive(db, now).where('cookie_hash', '=', sha256(cookie)).executeTakeFirst();
  return row === undefined ? undefined : toSession(row);
}

/** A user's live sessions, the latest used first. */
export async function selectOfUser(db: Database, userId: UserId, now: Date): Promise<Session[]> {
  const rows = await selectLive(db, now).where('user_id', '=', userId).orderBy('last_seen_at', 'desc').execute();
  return rows.map(toSession);
}

/** How many live sessions an organization's users have. */
export async function countOfOrganization(db: Database, organizationId: OrganizationId, now: Date): Promise<number> {
  const row = await db
    .selectFrom('session')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('user_id', 'is not', null)
    .where('expires_at', '>', now)
    .where('idle_expires_at', '>', now)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** What to end: one session, a user's, an organization's made through something else than one connection. */
export type Ending =
  | { session: SessionId; userId: UserId }
  | { userId: UserId; except?: SessionId }
  | { organizationId: OrganizationId; exceptConnection?: ConnectionId };

/** Ends sessions and says what they were. Tokens bound to them end with them. */
export async function deleteSessions(db: Database, ending: Ending): Promise<EndedSession[]> {
  let query = db.deleteFrom('session');
  if ('session' in ending) query = query.where('id', '=', ending.session).where('user_id', '=', ending.userId);
  else if ('userId' in ending) {
    query = query.where('user_id', '=', ending.userId);
    if (ending.except !== undefined) query = query.where('id', '!=', ending.except);
  } else {
    const { organizationId, exceptConnection } = ending;
    query = query.where('organization_id', '=', organizationId);
    if (exceptConnection !== undefined) {
      query = query.where((eb) =>
        eb.or([eb('connection_id', 'is', null), eb('connection_id', '!=', exceptConnection)]),
      );
    }
  }
  const rows = await query.returning(['uid', 'user_id', 'organization_id', 'client_ids']).execute();
  return rows.map((row) => ({
    uid: row.uid,
    userId: row.user_id,
    organizationId: row.organization_id,
    clientIds: row.client_ids,
  }));
}

/** Removes sessions that ended by themselves; run hourly. */
export async function deleteExpired(db: Database, now: Date): Promise<void> {
  await db
    .deleteFrom('session')
    .where((eb) => eb.or([eb('expires_at', '<', now), eb('idle_expires_at', '<', now)]))
    .execute();
}
