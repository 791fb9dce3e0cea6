import { sql } from 'kysely';
import type { EndedSession, ProviderLogin, Session } from './session.ts';
import { after } from '../base/clock.ts';
import type { ConnectionId, OrganizationId, SessionId, UserId } from '../base/ids.ts';
import { sha256 } from '../base/random.ts';
import { CLOCK_TOLERANCE } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { deleteWhere } from '../db/retention.ts';

function selectLive(db: Database, now: Date) {
  return db
    .selectFrom('session')
    .select([
      'id',
      'userId',
      'organizationId',
      'connectionId',
      'method',
      'emergency',
      'amr',
      'factorAt',
      'loggedInAt',
      'lastSeenAt',
      'expiresAt',
    ])
    .where('userId', 'is not', null)
    .where('expiresAt', '>', now)
    .where('idleExpiresAt', '>', now);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectLive>['executeTakeFirstOrThrow']>>;

function toSession(row: Row): Session {
  if (row.userId === null || row.organizationId === null || row.loggedInAt === null) {
    throw new Error('the session has no user');
  }
  return {
    id: row.id,
    userId: row.userId,
    organizationId: row.organizationId,
    connectionId: row.connectionId,
    method: row.method ?? 'built-in',
    emergency: row.emergency,
    amr: row.amr,
    factorAt: row.factorAt,
    loggedInAt: row.loggedInAt,
    lastSeenAt: row.lastSeenAt,
    expiresAt: row.expiresAt,
  };
}

/** The live session of a cookie, looked up by the cookie's hash; over all organizations. */
export async function selectByCookie(db: Database, cookie: string, now: Date): Promise<Session | undefined> {
  const row = await selectLive(db, now).where('cookieHash', '=', sha256(cookie)).executeTakeFirst();
  return row === undefined ? undefined : toSession(row);
}

/** A user's live sessions, the latest used first. */
export async function selectOfUser(db: Database, userId: UserId, now: Date): Promise<Session[]> {
  const rows = await selectLive(db, now).where('userId', '=', userId).orderBy('lastSeenAt', 'desc').execute();
  return rows.map(toSession);
}

/** The provider's login of a session, by the session's id. */
export async function selectProviderLogin(db: Database, id: SessionId): Promise<ProviderLogin | undefined> {
  return db
    .selectFrom('session')
    .select(['userId', 'organizationId', 'connectionId', 'logoutHint'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** How many live sessions an organization's users have. */
export async function countOfOrganization(db: Database, organizationId: OrganizationId, now: Date): Promise<number> {
  const row = await db
    .selectFrom('session')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('organizationId', '=', organizationId)
    .where('userId', 'is not', null)
    .where('expiresAt', '>', now)
    .where('idleExpiresAt', '>', now)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/**
 * Which sessions: one of a user, some of a user, all of a user but one, all of an organization's users but those of one
 * connection; of those made through some connections, the ones in a session of the provider or of some users.
 */
export type Ending =
  | { session: SessionId; userId: UserId }
  | { sessions: readonly SessionId[]; userId: UserId }
  | { userId: UserId; except?: SessionId }
  | { organizationId: OrganizationId; exceptConnection?: ConnectionId }
  | ThroughConnections;

/** Sessions made through some connections. */
export interface ThroughConnections {
  connectionIds: readonly ConnectionId[];
  /** The provider's own session (`sid`); null: whichever. */
  providerSid: string | null;
  /** Users whose sessions are meant: where a `providerSid` is given, those alone of which none is known. */
  userIds: readonly UserId[];
  /**
   * Of users' sessions those that people logged in to after this live on, by the clocks of several servers. One of
   * `providerSid` ends in any case: after the provider's session nobody logs in to it again.
   */
  loggedInUntil: Date;
}

/** Sessions that one statement ends of those made through connections. */
export const MOST_AT_ONCE = 100;

/** Deletes sessions and returns what they were. Tokens bound to a session are refused without it. */
export async function deleteSessions(db: Database, ending: Ending): Promise<EndedSession[]> {
  let which = db.selectFrom('session').select('id');
  if ('session' in ending) which = which.where('id', '=', ending.session).where('userId', '=', ending.userId);
  else if ('sessions' in ending) which = which.where('id', 'in', ending.sessions).where('userId', '=', ending.userId);
  else if ('userId' in ending) {
    which = which.where('userId', '=', ending.userId);
    if (ending.except !== undefined) which = which.where('id', '!=', ending.except);
  } else if ('connectionIds' in ending) {
    const { connectionIds, providerSid, userIds, loggedInUntil } = ending;
    const until = after(loggedInUntil, CLOCK_TOLERANCE);
    which = which
      .where('connectionId', 'in', connectionIds)
      .where(({ eb, and, or }) => {
        const ofUsers = [eb('userId', 'in', userIds), eb('loggedInAt', '<=', until)];
        if (providerSid === null) return and(ofUsers);
        const named = eb('providerSid', '=', providerSid);
        return userIds.length === 0 ? named : or([named, and([...ofUsers, eb('providerSid', 'is', null)])]);
      })
      .limit(MOST_AT_ONCE);
  } else {
    const { organizationId, exceptConnection } = ending;
    which = which.where('organizationId', '=', organizationId);
    if (exceptConnection !== undefined) {
      which = which.where((eb) => eb.or([eb('connectionId', 'is', null), eb('connectionId', '!=', exceptConnection)]));
    }
  }
  // Locked in the order of their ids: those of a user and those of its organization may be ended at the same moment.
  const rows = await db
    .deleteFrom('session')
    .where('id', 'in', which.orderBy('id').forUpdate())
    .returning(['uid', 'userId', 'organizationId', 'clientIds'])
    .execute();
  return rows.map((row) => ({
    uid: row.uid,
    userId: row.userId,
    organizationId: row.organizationId,
    clientIds: row.clientIds,
  }));
}

/** Deletes some of all sessions, over all organizations; tells which of them were live. */
export async function deleteAnySessions(db: Database, now: Date): Promise<(EndedSession & { live: boolean })[]> {
  const { rows } = await sql<EndedSession & { live: boolean }>`
    delete from session where id in (select id from session order by id limit 1000)
    returning uid, user_id, organization_id, client_ids, expires_at > ${now} and idle_expires_at > ${now} as live
  `.execute(db);
  return rows;
}

/** Of some applications, those that have a back-channel logout URI, by `client_id`. Over all organizations. */
export async function selectWithBackchannelLogout(db: Database, clientIds: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('application')
    .select('clientId')
    .where('clientId', 'in', clientIds)
    .where('backchannelLogoutUri', 'is not', null)
    .execute();
  return rows.map((row) => row.clientId);
}

/** Deletes expired sessions. */
export async function deleteExpired(db: Database, now: Date): Promise<number> {
  return deleteWhere(db, 'session', sql`expires_at < ${now} or idle_expires_at < ${now}`);
}

/** Takes an application out of a user's sessions; those it was in, with it alone. */
export async function leaveInSessions(
  db: Database,
  { userId, clientId }: { userId: UserId; clientId: string },
): Promise<EndedSession[]> {
  const { rows } = await sql<EndedSession>`
    update session set client_ids = array_remove(client_ids, ${clientId}),
      payload = payload #- array['authorizations', ${clientId}::text]
    where user_id = ${userId} and ${clientId} = any (client_ids)
    returning uid, user_id, organization_id, array[${clientId}::text] as client_ids
  `.execute(db);
  return rows;
}
