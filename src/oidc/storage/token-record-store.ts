import { sql } from 'kysely';
import { after, DAY, HOUR, utcDay } from '../../base/clock.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import { sha256 } from '../../base/random.ts';
import { CODE_LIFETIME } from '../lifetimes.ts';
import type { Values } from '../../db/compiled-statement.ts';
import type { Database } from '../../db/database.ts';
import { sharedRead } from '../../db/sharing/shared-read.ts';
import { SESSION_COLUMNS, toSessionRecord } from './session-record-store.ts';
import type { SessionRecord, SessionRow } from './session-record-store.ts';
import { accessColumns, toUserAccess } from './user-access-store.ts';
import type { AccessRow, UserAccess } from './user-access-store.ts';
import type { Payload, TokenKind } from './write.ts';

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

/** Where codes and tokens are; `longest`: how long a row lives at most. */
export const TABLES = {
  AuthorizationCode: { table: 'oidcCode', key: 'codeHash', longest: CODE_LIFETIME },
  AccessToken: { table: 'oidcAccessToken', key: 'tokenHash', longest: HOUR },
  RefreshToken: { table: 'oidcRefreshToken', key: 'tokenHash', longest: 31 * DAY },
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
  const hash = sha256(value);
  const row = await readToken[kind](db, { hash, now, ...liveDays(kind, now) });
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

const PRESENTED = { hash: 'bytea', now: 'timestamptz', firstDay: 'date', lastDay: 'date' } as const;

function tokenReader(
  kind: TokenKind,
): (db: Database, values: Values<typeof PRESENTED>) => Promise<(TokenRow & SessionRow & AccessRow) | undefined> {
  const { table, key } = TABLES[kind];
  const endsAt = kind === 'RefreshToken' ? sql`t.ends_at` : sql`s.provider_ends_at`;
  const consumed = kind === 'AccessToken' ? sql`null::timestamptz` : sql`t.consumed_at`;
  return sharedRead(
    PRESENTED,
    ({ hash, now, firstDay, lastDay }) => sql`
    select t.family_id as "familyId", t.started_at as "startedAt", t.client_id as "clientId",
      t.user_id as "tokenUserId", t.organization_in_scope_id as "organizationInScopeId",
      t.session_uid as "tokenSessionUid", t.payload, t.expires_at as "expiresAt", ${endsAt} as "tokenEndsAt",
      ${consumed} as "consumedAt",
      ${SESSION_COLUMNS}, access.*
    from ${sql.table(table)} t
      left join session s on s.uid = t.session_uid and s.expires_at > ${now} and s.idle_expires_at > ${now}
      left join app_user u on u.id = t.user_id
      left join lateral (${accessColumns(sql`t.client_id`, sql`t.organization_in_scope_id`, AUDIENCE)}) access on true
    where t.created_on >= ${firstDay} and t.created_on <= ${lastDay} and ${sql.ref(`t.${key}`)} = ${hash}
      and t.expires_at > ${now} and ${NOT_ENDED}${kind === 'AuthorizationCode' ? sql` and s.id is not null` : sql``}`,
  );
}

const readToken = {
  AuthorizationCode: tokenReader('AuthorizationCode'),
  AccessToken: tokenReader('AccessToken'),
  RefreshToken: tokenReader('RefreshToken'),
};

/**
 * The days a live row can lie in, so that a statement touches only their partitions. A server whose clock is ahead of ours may
 * have made it tomorrow.
 */
export function liveDays(kind: TokenKind, now: Date): { firstDay: string; lastDay: string } {
  return { firstDay: utcDay(after(now, -TABLES[kind].longest)), lastDay: utcDay(after(now, HOUR)) };
}
