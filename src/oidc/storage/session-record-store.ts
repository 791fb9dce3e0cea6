import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { OrganizationId, SessionId, UserId } from '../../base/ids.ts';
import { sha256 } from '../../base/random.ts';
import type { ValueSql } from '../../db/compiled-statement.ts';
import type { Database } from '../../db/database.ts';
import { sharedRead } from '../../db/sharing/shared-read.ts';
import { accessColumns, toUserAccess } from './user-access-store.ts';
import type { AccessRow, UserAccess } from './user-access-store.ts';
import type { Payload } from './write.ts';

/** What a request names, and from where; the session is read together with the access to it. */
export interface Asked {
  /** Wire name of the application. */
  clientId: string | null;
  /** The `organization` parameter. */
  organizationId: OrganizationId | null;
  /** The `resource` parameter (RFC 8707). */
  audience: string | null;
  /** Counter of what its network begins; null in a background job. */
  networkCounter: (() => string) | null;
  /** A login begins here: the document of an application that nobody registered may be read. */
  mayReadDocument: boolean;
  /** Ids of proofs are kept, so that each is taken once. */
  remembersProofs: boolean;
}

/** A live session as stored. */
export interface SessionRecord {
  id: SessionId;
  uid: string;
  cookieHash: Buffer;
  userId: UserId | null;
  /** Address of its user, for the audit log. */
  email: string | null;
  organizationId: OrganizationId | null;
  method: string | null;
  amr: string[];
  emergency: boolean;
  authTime: Date | null;
  expiresAt: Date;
  lastSeenAt: Date;
  payload: Payload;
}

/** The columns of {@link SESSION_COLUMNS}; `sessionId` is null where an outer join found no session. */
export interface SessionRow {
  sessionId: SessionId | null;
  sessionUid: string;
  cookieHash: Buffer;
  sessionUserId: UserId | null;
  sessionEmail: string | null;
  sessionOrganizationId: OrganizationId | null;
  sessionMethod: string | null;
  sessionAmr: string[];
  sessionEmergency: boolean;
  sessionAuthTime: Date | null;
  sessionExpiresAt: Date;
  sessionLastSeenAt: Date;
  sessionPayload: Payload;
}

/** For a statement that has the session as `s` and its user as `u`. */
export const SESSION_COLUMNS = sql`s.id as "sessionId", s.uid as "sessionUid", s.cookie_hash as "cookieHash",
  s.user_id as "sessionUserId", u.email as "sessionEmail", s.organization_id as "sessionOrganizationId",
  s.method as "sessionMethod", s.amr as "sessionAmr", s.emergency as "sessionEmergency",
  s.auth_time as "sessionAuthTime", s.expires_at as "sessionExpiresAt",
  s.last_seen_at as "sessionLastSeenAt", s.payload as "sessionPayload"`;

/** The session in a row; null where it has none. */
export function toSessionRecord(row: SessionRow): SessionRecord | null {
  if (row.sessionId === null) return null;
  return {
    id: row.sessionId,
    uid: row.sessionUid,
    cookieHash: row.cookieHash,
    userId: row.sessionUserId,
    email: row.sessionEmail,
    organizationId: row.sessionOrganizationId,
    method: row.sessionMethod,
    amr: row.sessionAmr,
    emergency: row.sessionEmergency,
    authTime: row.sessionAuthTime,
    expiresAt: row.sessionExpiresAt,
    lastSeenAt: row.sessionLastSeenAt,
    payload: row.sessionPayload,
  };
}

const PRESENTED = { cookieHash: 'bytea', clientId: 'text', organizationId: 'uuid', now: 'timestamptz' } as const;
const FOR_AN_API = { ...PRESENTED, audience: 'text' } as const;

const readSession = sharedRead<typeof PRESENTED, SessionRow & AccessRow>(PRESENTED, (values) =>
  sessionWith({ ...values, audience: null }),
);
const readSessionForApi = sharedRead<typeof FOR_AN_API, SessionRow & AccessRow>(FOR_AN_API, sessionWith);

function sessionWith({
  cookieHash,
  clientId,
  organizationId,
  audience,
  now,
}: ValueSql<typeof PRESENTED> & { audience: RawBuilder<unknown> | null }): RawBuilder<unknown> {
  return sql`
    select ${SESSION_COLUMNS}, access.*
    from session s
      left join app_user u on u.id = s.user_id
      left join lateral (${accessColumns(clientId, organizationId, audience)}) access on true
    where s.cookie_hash = ${cookieHash} and s.expires_at > ${now} and s.idle_expires_at > ${now}`;
}

/**
 * The live session of a cookie with its user's access to the application asked for: one statement. Bound to the cookie,
 * which names the user.
 */
export async function selectSession(
  db: Database,
  cookie: string,
  asked: Asked,
  now: Date,
): Promise<{ session: SessionRecord; access: UserAccess | null } | undefined> {
  const { clientId, organizationId, audience } = asked;
  const values = { cookieHash: sha256(cookie), clientId, organizationId, now };
  const row = await (audience === null ? readSession(db, values) : readSessionForApi(db, { ...values, audience }));
  const session = row === undefined ? null : toSessionRecord(row);
  if (row === undefined || session === null) return undefined;
  return { session, access: toUserAccess(row) };
}

/** Who is logged in in a session; null in one made for a logout page. */
export function userOf(session: SessionRecord | null): { userId: UserId; organizationId: OrganizationId } | null {
  if (session === null || session.userId === null || session.organizationId === null) return null;
  return { userId: session.userId, organizationId: session.organizationId };
}
