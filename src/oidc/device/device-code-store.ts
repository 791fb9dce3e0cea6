import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { after } from '../../base/clock.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import { randomUuid, sha256 } from '../../base/random.ts';
import type { Database } from '../../db/database.ts';
import { addToCounter } from '../../db/limits/counter-sql.ts';
import { limitInForce } from '../../db/limits/limit-policy-sql.ts';
import { SESSION_COLUMNS, toSessionRecord } from '../storage/session-record-store.ts';
import type { SessionRecord, SessionRow } from '../storage/session-record-store.ts';
import { NOT_ENDED } from '../storage/token-record-store.ts';
import type { TokenContext } from '../storage/parts/token-part-store.ts';
import type { PresentedToken } from '../storage/token-record-store.ts';
import { accessColumns, toUserAccess } from '../storage/user-access-store.ts';
import type { AccessRow } from '../storage/user-access-store.ts';
import type { DeviceWrite, Payload } from '../storage/write.ts';
import { CODE_WINDOW, MOST_INTERVAL } from '../lifetimes.ts';

/** A device code as stored. It belongs to an application's request; who approved it belongs to an organization. */
export interface DeviceCodeRow {
  id: string;
  clientId: string;
  payload: Payload;
  network: string | null;
  state: 'pending' | 'claimed' | 'approved' | 'refused';
  error: string | null;
  userId: UserId | null;
  organizationInScopeId: OrganizationId | null;
  sessionUid: string | null;
  familyId: string | null;
  startedAt: Date | null;
  consumedAt: Date | null;
  expiresAt: Date;
}

const COLUMNS = sql`t.id, t.client_id, t.payload, t.network, t.state, t.error, t.user_id, t.organization_in_scope_id,
  t.session_uid, t.family_id, t.started_at, t.consumed_at, t.expires_at`;

/** What a device is told when it asks: its code, whether one that waits was asked for too soon, and what an approved one stands for now. */
export interface Polled {
  code: DeviceCodeRow;
  tooSoon: boolean;
  token: PresentedToken | null;
  session: SessionRecord | null;
}

/**
 * A device asks. While nobody has decided, which is nearly always, that is one small statement; the answer of a code that was
 * decided or has expired takes a second, larger one.
 */
export async function pollDeviceCode(db: Database, value: string, now: Date): Promise<Polled | undefined> {
  const hash = sha256(value);
  const waiting = await countQuestion(db, hash, now);
  return waiting === undefined ? selectDecided(db, hash, now) : { ...waiting, token: null, session: null };
}

/**
 * Counts the question of a device that waits; undefined where its code waits for nobody. Who asks too soon waits five seconds
 * longer from then on (RFC 8628 3.5); a second early is not too soon. Its commit does not wait for the disk: a crash forgets
 * questions of the last second and nothing else, because this statement is a transaction of its own. No mark of
 * {@link NOT_ENDED} concerns a code that has neither user nor family.
 */
async function countQuestion(
  db: Database,
  hash: Buffer,
  now: Date,
): Promise<Pick<Polled, 'code' | 'tooSoon'> | undefined> {
  const tooSoon = sql`coalesce(before.polled_at > ${now}::timestamptz - make_interval(secs => before.poll_interval - 1), false)`;
  const { rows } = await sql<DeviceCodeRow & { tooSoon: boolean }>`
    update oidc_device_code t set polled_at = ${now},
      poll_interval = least(t.poll_interval + case when ${tooSoon} then 5 else 0 end, ${MOST_INTERVAL})
    from oidc_device_code before
    where before.id = t.id and before.device_code_hash = ${hash} and t.device_code_hash = ${hash}
      and t.state in ('pending', 'claimed') and t.expires_at > ${now}
    returning ${COLUMNS}, ${tooSoon} as too_soon, set_config('synchronous_commit', 'off', true)`.execute(db);
  const [row] = rows;
  return row && { code: row, tooSoon: row.tooSoon };
}

/** What a code that does not wait stands for now, with its session and its user's access. */
async function selectDecided(db: Database, hash: Buffer, now: Date): Promise<Polled | undefined> {
  const { rows } = await sql<Row & SessionRow & AccessRow & { deviceId: string; tokenEndsAt: Date | null }>`
    select t.id as device_id, t.client_id, t.payload, t.network, t.state, t.error, t.user_id as device_user_id,
      t.organization_in_scope_id, t.session_uid as device_session_uid, t.family_id, t.started_at, t.consumed_at,
      t.expires_at, s.provider_ends_at as token_ends_at, ${SESSION_COLUMNS}, access.*
    from oidc_device_code t
      left join session s on s.uid = t.session_uid and s.expires_at > ${now} and s.idle_expires_at > ${now}
      left join app_user u on u.id = t.user_id
      left join lateral (${accessColumns(
        sql`t.client_id`,
        sql`t.organization_in_scope_id`,
        sql`t.payload ->> 'resource'`,
      )}) access on true
    where t.device_code_hash = ${hash} and ${NOT_ENDED}`.execute(db);
  const row = rows[0];
  if (row === undefined) return undefined;
  const code: DeviceCodeRow = {
    ...row,
    id: row.deviceId,
    userId: row.deviceUserId,
    sessionUid: row.deviceSessionUid,
  };
  const { familyId, startedAt, userId, organizationInScopeId } = code;
  // As an authorization code, an approved one ends with its session; one that was redeemed is still known by its family.
  const ended = code.state === 'approved' && code.consumedAt === null && row.sessionId === null;
  if (ended) {
    // The library would look for the session and call the code unknown.
    code.expiresAt = now;
    code.sessionUid = null;
    code.payload = { ...code.payload, expiresWithSession: false };
  }
  const approved =
    !ended && familyId !== null && startedAt !== null && userId !== null && organizationInScopeId !== null;
  const token: PresentedToken | null = approved
    ? {
        kind: 'DeviceCode',
        hash,
        familyId,
        startedAt,
        userId,
        organizationInScopeId,
        clientId: code.clientId,
        sessionUid: code.sessionUid,
        payload: code.payload,
        expiresAt: code.expiresAt,
        endsAt: row.tokenEndsAt,
        consumedAt: code.consumedAt,
        access: toUserAccess(row),
      }
    : null;
  return { code, tooSoon: false, token, session: toSessionRecord(row) };
}

type Row = Omit<DeviceCodeRow, 'id' | 'userId' | 'sessionUid'> & {
  deviceUserId: UserId | null;
  deviceSessionUid: string | null;
};

/** The code that a login decides, by the name that stands there. */
export async function selectDeviceCode(db: Database, id: string): Promise<DeviceCodeRow | undefined> {
  const { rows } = await sql<DeviceCodeRow>`
    select ${COLUMNS} from oidc_device_code t where t.id = ${id}::uuid`.execute(db);
  return rows[0];
}

/** Who enters a code: their network, and the user whose session the browser has. */
export interface EnteredBy {
  network: string;
  userId: UserId | null;
}

/**
 * A person enters a code: counted first, for its network, in the same statement; wrong ones for everybody too. What the limit
 * of a network refuses counts for nobody else: one stranger locks nobody out. A user is counted by themself alone. Beyond a
 * limit nothing is found, however right the code is, until `refusedUntil`.
 */
export async function enterUserCode(
  db: Database,
  macs: readonly Buffer[],
  { network, userId }: EnteredBy,
  now: Date,
): Promise<{ code: DeviceCodeRow | undefined; refusedUntil: Date | null }> {
  const ends = after(now, CODE_WINDOW);
  const by = userId === null ? `device codes:${network}` : `device codes of:${userId}`;
  const uncounted = sql`select 1 from refused union all select 1 from found`;
  const { rows } = await sql<Partial<DeviceCodeRow> & { refusedUntil: string | null }>`
    with here as (${addToCounter(by, now, ends)}),
      refused as (
        select expire from here where points > ${limitInForce('network-device-codes')}
        union all select expire from rate_limit
          where ${userId === null} and key = 'device codes' and expire > ${now.getTime()}::bigint
            and points >= ${limitInForce('device-codes')}),
      found as (
        select ${COLUMNS} from oidc_device_code t
        where not exists (select from refused) and t.user_code_mac in (${sql.join(macs)})),
      everywhere as (${addToCounter('device codes', now, ends, sql`${userId === null} and not exists (${uncounted})`)})
    select refused.until as refused_until, found.*
    from (select max(expire) as until from refused) refused left join found on true`.execute(db);
  const row = rows[0];
  const refusedUntil = typeof row?.refusedUntil === 'string' ? new Date(Number(row.refusedUntil)) : null;
  const found = row?.id === undefined || row.id === null ? undefined : (row as DeviceCodeRow);
  return { code: found, refusedUntil };
}

/** Part of a larger statement: what becomes of a device code; a row comes back where it did. */
export function writeDeviceCode(
  now: Date,
  write: DeviceWrite,
  tokens: TokenContext | null,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  switch (write.kind) {
    case 'device-insert':
      return sql`insert into oidc_device_code (id, device_code_hash, user_code_mac, client_id, payload, network,
          created_at, expires_at)
        select ${randomUuid()}::uuid, ${sha256(write.value)}::bytea, ${write.userCodeMac}::bytea, ${write.clientId},
          ${JSON.stringify(write.payload)}::jsonb, ${write.network}, ${now}::timestamptz,
          ${after(now, write.lifetime)}::timestamptz
        where ${onlyIf} on conflict do nothing returning 1`;
    case 'device-claim':
      return sql`update oidc_device_code set state = 'claimed'
        where id = ${write.id}::uuid and state = 'pending' and expires_at > ${now} and ${onlyIf} returning 1`;
    case 'device-refuse':
      return sql`update oidc_device_code set state = 'refused', error = ${write.error}
        where id = ${write.id}::uuid and state = ${write.from} and expires_at > ${now} and ${onlyIf} returning 1`;
    case 'device-approve':
      return approve(now, write, tokens, onlyIf);
    case 'device-consume':
      return sql`update oidc_device_code set consumed_at = ${now}
        where device_code_hash = ${sha256(write.value)} and consumed_at is null and state in ('approved', 'refused')
        returning consumed_at`;
  }
}

function approve(
  now: Date,
  write: DeviceWrite & { kind: 'device-approve' },
  tokens: TokenContext | null,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (tokens === null) throw new Error('a device code was approved by nobody');
  const { sessionUid, ...payload } = write.payload;
  // As with an authorization code: the moment of a callback is no `auth_time`.
  if (!tokens.authTimeStated) delete payload['authTime'];
  return sql`update oidc_device_code set state = 'approved', payload = ${JSON.stringify(payload)}::jsonb,
      user_id = ${tokens.userId}, organization_in_scope_id = ${tokens.organizationInScopeId},
      session_uid = ${String(sessionUid)}, family_id = ${tokens.familyId}, started_at = ${tokens.startedAt}
    where id = ${write.id}::uuid and state = ${write.from} and expires_at > ${now} and ${onlyIf} returning 1`;
}
