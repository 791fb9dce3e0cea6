import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { after, DAY, earlier, utcDay } from '../../base/clock.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import { sha256 } from '../../base/random.ts';
import { REFRESH_GRACE } from '../lifetimes.ts';
import type { Database } from '../../db/database.ts';
import { SESSION_COLUMNS, toSessionRecord } from './session-record-store.ts';
import type { SessionRecord, SessionRow } from './session-record-store.ts';
import { accessColumns, toUserAccess } from './user-access-store.ts';
import type { AccessRow, UserAccess } from './user-access-store.ts';
import type { Payload, TokenConsume, TokenInsert, TokenKind } from './write.ts';

/** The code or token a request presents, found by its digest. */
export interface PresentedToken {
  kind: TokenKind | 'DeviceCode';
  hash: Buffer;
  /** Names a code and all tokens that follow from it. */
  familyId: string;
  /** When its family began: when the authorization code was issued. */
  startedAt: Date;
  clientId: string;
  userId: UserId;
  organizationInScopeId: OrganizationId;
  sessionUid: string | null;
  payload: Payload;
  expiresAt: Date;
  /** When the identity provider's session ends: what follows from it lives no longer. */
  endsAt: Date | null;
  consumedAt: Date | null;
  /** What its user may do now; null when the user was removed. */
  access: UserAccess | null;
}

/**
 * The applications from whose tokens an access token was exchanged, the first one first: that is whom the user allowed
 * something. Without one for the user's own.
 */
export function applicationsBefore(payload: Payload): string[] {
  const before = payload['exchangedFrom'];
  return Array.isArray(before) ? before.map(String) : [];
}

/** What inserted tokens need beside the library's payload. */
export interface TokenContext {
  /** Of the code or token they follow from, a new one for an authorization code. */
  familyId: string;
  startedAt: Date;
  userId: UserId;
  organizationInScopeId: OrganizationId;
  /** As {@link PresentedToken.endsAt}, for what is issued. */
  endsAt: Date | null;
  /** A refresh token was presented: another one is its successor. */
  isSuccessor: boolean;
  /** Of what is exchanged now, as {@link applicationsBefore}; null where nothing is. */
  exchangedFrom: readonly string[] | null;
  /** An identity provider may not have stated when the person authenticated. */
  authTimeStated: boolean;
}

interface TokenRow {
  familyId: string;
  startedAt: Date;
  clientId: string;
  tokenUserId: UserId;
  organizationInScopeId: OrganizationId;
  tokenSessionUid: string | null;
  payload: Payload;
  expiresAt: Date;
  tokenEndsAt: Date | null;
  consumedAt: Date | null;
}

/** `days`: how long a row may be live, so that a statement touches only the partitions it can lie in. */
const TABLES = {
  AuthorizationCode: { table: 'oidcCode', key: 'codeHash', days: 1 },
  AccessToken: { table: 'oidcAccessToken', key: 'tokenHash', days: 1 },
  RefreshToken: { table: 'oidcRefreshToken', key: 'tokenHash', days: 31 },
} as const;

/**
 * A code or token that has not ended, with its session and its user's access: one statement. Bound to the 256 bits that
 * were presented, which name the user. A code ends with its session.
 */
export async function selectToken(
  db: Database,
  kind: TokenKind,
  value: string,
  now: Date,
): Promise<{ token: PresentedToken; session: SessionRecord | null } | undefined> {
  const { table, key } = TABLES[kind];
  const hash = sha256(value);
  const endsAt = kind === 'RefreshToken' ? sql`t.ends_at` : sql`s.provider_ends_at`;
  const consumed = kind === 'AccessToken' ? sql`null::timestamptz` : sql`t.consumed_at`;
  const { rows } = await sql<TokenRow & SessionRow & AccessRow>`
    select t.family_id, t.started_at, t.client_id, t.user_id as token_user_id, t.organization_in_scope_id,
      t.session_uid as token_session_uid, t.payload, t.expires_at, ${endsAt} as token_ends_at,
      ${consumed} as consumed_at,
      ${SESSION_COLUMNS}, access.*
    from ${sql.table(table)} t
      left join session s on s.uid = t.session_uid and s.expires_at > ${now} and s.idle_expires_at > ${now}
      left join app_user u on u.id = t.user_id
      left join lateral (${accessColumns(sql`t.client_id`, sql`t.organization_in_scope_id`, AUDIENCE)}) access on true
    where ${inLivePartitions(kind, now)} and ${sql.ref(`t.${key}`)} = ${hash} and t.expires_at > ${now}
      and ${NOT_ENDED}${kind === 'AuthorizationCode' ? sql` and s.id is not null` : sql``}
  `.execute(db);
  const row = rows[0];
  if (row === undefined) return undefined;
  const token: PresentedToken = {
    kind,
    hash,
    familyId: row.familyId,
    startedAt: row.startedAt,
    clientId: row.clientId,
    userId: row.tokenUserId,
    organizationInScopeId: row.organizationInScopeId,
    sessionUid: row.tokenSessionUid,
    payload: row.payload,
    expiresAt: row.expiresAt,
    endsAt: row.tokenEndsAt,
    consumedAt: row.consumedAt,
    access: toUserAccess(row),
  };
  return { token, session: toSessionRecord(row) };
}

/**
 * No mark ends the token `t` of the user `u`. A mark is permanent, and every read looks for it: a token that a request
 * running beside inserts after the mark is ended too. Marks of a user or an organization concern tokens that outlive
 * sessions; the others end with their session. A consent that was withdrawn is such a mark: of all that began before, and of
 * everything until the user allows the application anew. A token that was exchanged ends with the consent of each application it
 * came through.
 */
export const NOT_ENDED = sql`not exists (
  select 1 from oidc_ended e
  where e.subject_id in (t.family_id, t.user_id, u.organization_id) and t.started_at < e.started_before
    and (e.subject_id = t.family_id or t.payload ->> 'expiresWithSession' is distinct from 'true'))
  and not exists (
    select 1 from application_consent c join application a on a.id = c.application_id
    where c.user_id = t.user_id
      and (a.client_id = t.client_id or t.payload -> 'exchangedFrom' ? a.client_id)
      and (c.withdrawn_at >= t.started_at or (c.scope = '' and not a.first_party)))`;

/** The API resource that a code or refresh token (`resource`) or an access token (`aud`) is for. */
const AUDIENCE = sql`coalesce(t.payload ->> 'resource', t.payload ->> 'aud')`;

function inLivePartitions(kind: TokenKind, now: Date): RawBuilder<unknown> {
  return sql`created_on >= ${utcDay(after(now, -TABLES[kind].days * DAY))}
    and created_on <= ${utcDay(after(now, DAY))}`;
}

/**
 * Part of a larger statement: stores a code or token where `onlyIf` holds. The successor of a refresh token is the same for
 * every retry: it is stored once, under the day on which `taken`, a {@link consumeToken}, first used its predecessor.
 */
export function insertToken(
  now: Date,
  write: TokenInsert,
  context: TokenContext,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { accountId: _account, clientId, sessionUid, expiresWithSession, ...payload } = write.payload;
  // The library takes the moment of the callback where an identity provider stated none; `auth_time` never says that.
  if (write.model === 'AuthorizationCode' && !context.authTimeStated) delete payload['authTime'];
  const { table, key } = TABLES[write.model];
  const createdOn =
    write.model === 'RefreshToken' && context.isSuccessor
      ? sql`(select (taken.consumed_at at time zone 'utc')::date from taken)`
      : sql`${utcDay(now)}::date`;
  // Only what may outlive the session needs the column: the rest is read together with the session.
  const { endsAt } = context;
  const forRefresh =
    write.model === 'RefreshToken' ? { column: sql`, ends_at`, value: sql`, ${endsAt}::timestamptz` } : null;
  const exchangedFrom =
    write.model === 'AccessToken' && context.exchangedFrom !== null ? context.exchangedFrom : undefined;
  const bound = expiresWithSession === true || write.model === 'AuthorizationCode';
  return sql`insert into ${sql.table(table)} (created_on, ${sql.ref(key)}, family_id, client_id, user_id,
      organization_in_scope_id, session_uid, payload, expires_at, started_at${forRefresh?.column ?? sql``})
    select ${createdOn}, ${sha256(write.value)}::bytea, ${context.familyId}::uuid, ${String(clientId)},
      ${context.userId}::uuid, ${context.organizationInScopeId}::uuid, ${bound ? String(sessionUid) : null},
      ${JSON.stringify({ ...payload, expiresWithSession, exchangedFrom })}::jsonb, ${earlier(after(now, write.lifetime), endsAt)}::timestamptz,
      ${context.startedAt}::timestamptz${forRefresh?.value ?? sql``}
    where ${onlyIf}
    on conflict do nothing`;
}

/**
 * Part of a larger statement: marks a code or refresh token as used. A row comes back for the first who presents it, and
 * for a refresh token within {@link REFRESH_GRACE} also for those after.
 */
export function consumeToken(now: Date, write: TokenConsume): RawBuilder<unknown> {
  const { table, key } = TABLES[write.model];
  const graceBegan = write.model === 'RefreshToken' ? after(now, -REFRESH_GRACE) : null;
  return sql`update ${sql.table(table)} set consumed_at = coalesce(consumed_at, ${now})
    where ${inLivePartitions(write.model, now)} and ${sql.ref(key)} = ${sha256(write.value)}
      and (consumed_at is null or consumed_at >= ${graceBegan}::timestamptz)
    returning consumed_at`;
}

/** Part of a larger statement: deletes a code or token. */
export function deleteToken(now: Date, model: TokenKind, value: string): RawBuilder<unknown> {
  const { table, key } = TABLES[model];
  return sql`delete from ${sql.table(table)}
    where ${inLivePartitions(model, now)} and ${sql.ref(key)} = ${sha256(value)}`;
}
