import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { after, earlier } from '../../base/clock.ts';
import type { OrganizationId, SessionId, UserId } from '../../base/ids.ts';
import { randomUuid, sha256 } from '../../base/random.ts';
import type { Database } from '../../db/database.ts';
import type { LoginResult } from '../../sessions/login-result.ts';
import { SESSION_IDLE, SESSION_LIFETIME } from '../lifetimes.ts';
import { accessColumns, toUserAccess } from './user-access-store.ts';
import type { AccessRow, UserAccess } from './user-access-store.ts';
import type { Payload, SessionSave } from './write.ts';

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
  sessionPayload: Payload;
}

/** For a statement that has the session as `s` and its user as `u`. */
export const SESSION_COLUMNS = sql`s.id as session_id, s.uid as session_uid, s.cookie_hash,
  s.user_id as session_user_id, u.email as session_email, s.organization_id as session_organization_id,
  s.method as session_method, s.amr as session_amr, s.emergency as session_emergency,
  s.auth_time as session_auth_time, s.expires_at as session_expires_at, s.payload as session_payload`;

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
    payload: row.sessionPayload,
  };
}

/** Who is logged in in a session, and where; null for nobody. */
export function loggedIn(session: SessionRecord | null): { userId: UserId; organizationId: OrganizationId } | null {
  if (session === null || session.userId === null || session.organizationId === null) return null;
  return { userId: session.userId, organizationId: session.organizationId };
}

/**
 * The live session of a cookie with its user's access to the application asked for: one statement. Bound to the cookie,
 * which names the user.
 */
export async function selectSession(
  db: Database,
  cookie: string,
  asked: { clientId: string | null; organizationId: OrganizationId | null; audience: string | null },
  now: Date,
): Promise<{ session: SessionRecord; access: UserAccess | null } | undefined> {
  const { rows } = await sql<SessionRow & AccessRow>`
    select ${SESSION_COLUMNS}, access.*
    from session s
      left join app_user u on u.id = s.user_id
      left join lateral (${accessColumns(
        sql`${asked.clientId}`,
        sql`${asked.organizationId}::uuid`,
        sql`${asked.audience}`,
      )}) access on true
    where s.cookie_hash = ${sha256(cookie)} and s.expires_at > ${now} and s.idle_expires_at > ${now}
  `.execute(db);
  const row = rows[0];
  const session = row === undefined ? null : toSessionRecord(row);
  if (row === undefined || session === null) return undefined;
  return { session, access: toUserAccess(row) };
}

/**
 * Saves a session as part of a larger statement, where `onlyIf` holds. A known session is updated, never inserted again:
 * one that was ended meanwhile stays ended. To its applications are added those that this request entered and no others: two
 * that are entered at the same moment both stay, and one that left meanwhile (a withdrawn consent) does not come back.
 * @param known the session as this request read it, null for a new one
 * @param login what a login of this request proved, null without one
 */
export function saveSession(
  now: Date,
  write: SessionSave,
  known: SessionRecord | null,
  login: LoginResult | null,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const payload = JSON.stringify(write.payload);
  const entered = enteredSince(known, write.payload);
  const clientIds = Object.keys(entered);
  const idleEnd = after(now, SESSION_IDLE);
  const provider = login?.providerSession ?? null;
  const ends = earlier(after(now, SESSION_LIFETIME), provider?.endsAt ?? null);
  const hint = provider?.logoutHint ?? null;
  const sealedHint = hint === null ? null : Buffer.from(hint, 'base64url');
  if (known !== null) {
    const renewed =
      login === null
        ? sql``
        : sql`, user_id = ${login.userId}, organization_id = ${login.organizationId},
      connection_id = ${login.connectionId}, method = ${login.method}, emergency = ${login.emergency},
      amr = ${login.amr}::text[], auth_time = ${login.authTime}, factor_at = ${login.factorAt}${
        login.withinSession
          ? sql``
          : sql`, logged_in_at = ${now}, expires_at = ${ends}, provider_sid = ${provider?.sid ?? null},
      provider_ends_at = ${provider?.endsAt ?? null}, logout_hint = ${sealedHint}`
      }`;
    return sql`update session set cookie_hash = ${sha256(write.cookie)},
        payload = ${payload}::jsonb || jsonb_build_object('authorizations',
          coalesce(session.payload -> 'authorizations', '{}') || ${JSON.stringify(entered)}::jsonb),
        client_ids = array (select distinct unnest(client_ids || ${clientIds}::text[])),
        last_seen_at = ${now}, idle_expires_at = ${idleEnd}${renewed}
      where uid = ${write.uid} and ${onlyIf}`;
  }
  return sql`insert into session (id, cookie_hash, uid, user_id, organization_id, connection_id, method, emergency, amr,
      auth_time, factor_at, logged_in_at, last_seen_at, expires_at, idle_expires_at, client_ids, payload, provider_sid,
      provider_ends_at, logout_hint)
    select ${randomUuid()}::uuid, ${sha256(write.cookie)}::bytea, ${write.uid}, ${login?.userId ?? null}::uuid,
      ${login?.organizationId ?? null}::uuid, ${login?.connectionId ?? null}::uuid, ${login?.method ?? null},
      ${login?.emergency ?? false}::boolean, ${login?.amr ?? []}::text[], ${login?.authTime ?? null}::timestamptz,
      ${login?.factorAt ?? null}::timestamptz, ${login === null ? null : now}::timestamptz, ${now}::timestamptz,
      ${ends}::timestamptz, ${idleEnd}::timestamptz, ${clientIds}::text[], ${payload}::jsonb,
      ${provider?.sid ?? null}, ${provider?.endsAt ?? null}::timestamptz, ${sealedHint}::bytea
    where ${onlyIf}`;
}

/** The applications in a session's payload that were not there, or not so, when this request read it. */
function enteredSince(known: SessionRecord | null, payload: Payload): Payload {
  const before = (known?.payload['authorizations'] ?? {}) as Payload;
  const now = (payload['authorizations'] ?? {}) as Payload;
  return Object.fromEntries(
    Object.entries(now).filter(([clientId, entry]) => !isDeepStrictEqual(entry, before[clientId])),
  );
}
