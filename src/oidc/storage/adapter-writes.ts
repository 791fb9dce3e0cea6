import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { after, HOUR, utcDay } from '../../base/clock.ts';
import { readId } from '../../base/ids.ts';
import { randomUuid, sha256 } from '../../base/random.ts';
import type { Database } from '../../db/database.ts';
import { changeRequest, endLogin, insertLogin } from '../../logins/login-sql.ts';
import { SESSION_IDLE, SESSION_LIFETIME } from '../lifetimes.ts';
import { endFamily } from './adapter-family.ts';
import { eventPart } from './adapter-events.ts';
import type { RequestScope, Write } from './request-scope.ts';

/** What flushing found out: a lost race is not an error of the database. */
export interface FlushOutcome {
  /** The authorization code or refresh token was taken by somebody else in between. */
  consumeLost: boolean;
  /** The login was ended by another request in between. */
  loginLost: boolean;
}

type Part = RawBuilder<unknown>;

/**
 * Writes everything a request collected, as one statement and so as one commit: what depends on taking a code, a
 * refresh token or a login is inserted only where the taking succeeded.
 */
export async function flush(db: Database, scope: RequestScope): Promise<FlushOutcome> {
  const outcome = { consumeLost: false, loginLost: false };
  const all = withoutSuperseded(scope);
  // The library ends a family model by model; here it ends whole, in a statement of its own.
  const ended = all.find((w) => w.kind === 'family-revoke');
  const replayed = scope.source !== null && scope.source.consumedAt !== null;
  if (ended !== undefined) await endFamily(db, scope, ended.familyId, replayed);
  const writes = all.filter((w) => w.kind !== 'family-revoke');
  if (writes.length === 0 && scope.events.length === 0) return outcome;

  const consume = writes.find(isConsume);
  const loginEnd = writes.find((w) => w.kind === 'login-end');
  // One name for the taking that all inserts hang on.
  const taken =
    consume !== undefined
      ? consumePart(scope, consume)
      : loginEnd !== undefined
        ? endLogin(scope.now, loginEnd.handle)
        : undefined;
  const onlyIf = taken === undefined ? sql`true` : sql`exists (select 1 from taken)`;

  const parts: Part[] = [];
  for (const write of writes) {
    if (write === consume || (taken !== undefined && consume === undefined && write === loginEnd)) continue;
    parts.push(...writeParts(scope, write, onlyIf));
  }
  for (const event of scope.events) {
    parts.push(eventPart(scope.now, event, onlyIf));
  }
  const clauses = parts.map((part, i) => sql`${sql.raw(`part_${i}`)} as (${part})`);
  if (taken !== undefined) clauses.unshift(sql`taken as (${taken})`);
  const result = taken === undefined ? sql`1 as taken` : sql`(select count(*)::int from taken) as taken`;
  const { rows } = await sql<{ taken: number }>`with ${sql.join(clauses)} select ${result}`.execute(db);
  if (taken !== undefined && rows[0]?.taken !== 1) {
    if (consume !== undefined) outcome.consumeLost = true;
    else outcome.loginLost = true;
  }
  return outcome;
}

// The library destroys a session's old id before it saves the new one; here both are one row, changed in place.
function withoutSuperseded(scope: RequestScope): Write[] {
  const saved = scope.writes.filter((w) => w.kind === 'session-save').at(-1);
  return scope.writes.filter((w) => {
    if (w.kind === 'session-save') return w === saved;
    return !(w.kind === 'session-end' && saved !== undefined);
  });
}

function isConsume(write: Write): write is Extract<Write, { kind: 'code-consume' | 'refresh-token-consume' }> {
  return write.kind === 'code-consume' || write.kind === 'refresh-token-consume';
}

function consumePart(
  scope: RequestScope,
  write: Extract<Write, { kind: 'code-consume' | 'refresh-token-consume' }>,
): Part {
  const { now, source } = scope;
  const createdOn = sql`created_on >= ${utcDay(after(now, -31 * 24 * HOUR))}`;
  const table = write.kind === 'code-consume' ? sql`oidc_code` : sql`oidc_refresh_token`;
  const key = write.kind === 'code-consume' ? sql`code_hash` : sql`token_hash`;
  return sql`update ${table} set consumed_at = ${now}
    where ${createdOn} and ${key} = ${source?.hash ?? sha256(write.value)} and consumed_at is null returning 1`;
}

function writeParts(scope: RequestScope, write: Exclude<Write, { kind: 'family-revoke' }>, onlyIf: Part): Part[] {
  const { now } = scope;
  switch (write.kind) {
    case 'session-save':
      return [sessionPart(scope, write, onlyIf)];
    case 'session-end':
      return [sql`delete from session where cookie_hash = ${sha256(write.cookie)}`];
    case 'login-insert':
      return [loginPart(scope, write)];
    case 'login-change':
      return [changeRequest(write.handle, write.payload)];
    case 'login-end':
      return [endLogin(now, write.handle)];
    case 'code-insert':
    case 'access-token-insert':
    case 'refresh-token-insert':
      return [tokenPart(scope, write, onlyIf)];
    case 'token-delete':
      return [
        sql`delete from ${TABLES[write.model].table} where ${TABLES[write.model].key} = ${sha256(write.value)}
          and created_on >= ${utcDay(after(now, -31 * 24 * HOUR))}`,
      ];
    case 'code-consume':
    case 'refresh-token-consume':
      throw new Error('only one code or refresh token is taken in a request');
  }
}

const TABLES = {
  AuthorizationCode: { table: sql`oidc_code`, key: sql`code_hash` },
  AccessToken: { table: sql`oidc_access_token`, key: sql`token_hash` },
  RefreshToken: { table: sql`oidc_refresh_token`, key: sql`token_hash` },
};

/**
 * A known session is changed, never inserted again: one that was ended meanwhile stays ended. Its applications are
 * merged, so that two applications entered at the same moment both stay.
 */
function sessionPart(scope: RequestScope, write: Extract<Write, { kind: 'session-save' }>, onlyIf: Part): Part {
  const { now, session, login } = scope;
  const payload = JSON.stringify(write.payload);
  const clientIds = Object.keys(write.payload['authorizations'] ?? {});
  const idleEnd = after(now, SESSION_IDLE);
  const result = login?.result ?? null;
  const made =
    result === null
      ? null
      : {
          userId: result.userId,
          organizationId: result.organizationId,
          connectionId: result.connectionId,
          method: result.method,
          emergency: result.emergency,
          amr: result.amr,
          authTime: result.authTime,
          factorAt: result.factorAt,
        };
  if (session !== null) {
    const renewed =
      made === null
        ? sql``
        : sql`, user_id = ${made.userId}, organization_id = ${made.organizationId},
      connection_id = ${made.connectionId}, method = ${made.method}, emergency = ${made.emergency},
      amr = ${made.amr}::text[], auth_time = ${made.authTime}, factor_at = ${made.factorAt}, logged_in_at = ${now},
      expires_at = ${after(now, SESSION_LIFETIME)}`;
    return sql`update session set cookie_hash = ${sha256(write.cookie)},
        payload = ${payload}::jsonb || jsonb_build_object('authorizations',
          coalesce(session.payload -> 'authorizations', '{}') || coalesce(${payload}::jsonb -> 'authorizations', '{}')),
        client_ids = array (select distinct unnest(client_ids || ${clientIds}::text[])),
        last_seen_at = ${now}, idle_expires_at = ${idleEnd}${renewed}
      where uid = ${write.uid} and ${onlyIf}`;
  }
  return sql`insert into session (id, cookie_hash, uid, user_id, organization_id, connection_id, method, emergency, amr,
      auth_time, factor_at, logged_in_at, last_seen_at, expires_at, idle_expires_at, client_ids, payload)
    select ${randomUuid()}::uuid, ${sha256(write.cookie)}::bytea, ${write.uid}, ${made?.userId ?? null}::uuid,
      ${made?.organizationId ?? null}::uuid, ${made?.connectionId ?? null}::uuid, ${made?.method ?? null},
      ${made?.emergency ?? false}::boolean, ${made?.amr ?? []}::text[], ${made?.authTime ?? null}::timestamptz,
      ${made?.factorAt ?? null}::timestamptz, ${made === null ? null : now}::timestamptz, ${now}::timestamptz,
      ${after(now, SESSION_LIFETIME)}::timestamptz, ${idleEnd}::timestamptz, ${clientIds}::text[], ${payload}::jsonb
    where ${onlyIf}`;
}

function loginPart(scope: RequestScope, write: Extract<Write, { kind: 'login-insert' }>): Part {
  const { now, standing } = scope;
  const prompt = (write.payload['prompt'] as { name?: string } | undefined)?.name;
  // A question for consent concerns the user who is logged in; a login starts from nobody.
  const subject =
    prompt === 'consent' && standing !== null ? { userId: standing.userId, organizationId: standing.home.id } : null;
  const { handle, payload: request, lifetime } = write;
  return insertLogin(now, { handle, clientId: scope.clientId ?? '', subject, request, lifetime });
}

function isAuthTimeStated({ login, session }: RequestScope): boolean {
  if (login !== null && login.result !== null) return login.result.authTime !== null;
  return session !== null && session.authTime !== null;
}

function tokenPart(
  scope: RequestScope,
  write: Extract<Write, { kind: 'code-insert' | 'access-token-insert' | 'refresh-token-insert' }>,
  onlyIf: Part,
): Part {
  const { now } = scope;
  const { accountId, clientId, sessionUid, expiresWithSession, ...payload } = write.payload;
  // The library takes the moment of the callback where an identity provider stated none; `auth_time` never says that.
  if (write.kind === 'code-insert' && !isAuthTimeStated(scope)) delete payload['authTime'];
  const userId = readId('usr', String(accountId));
  const organization = scope.source?.organizationInScopeId ?? scope.standing?.scope?.id;
  if (userId === undefined || organization === undefined) throw new Error('a token without a user or an organization');
  const model =
    write.kind === 'code-insert'
      ? 'AuthorizationCode'
      : write.kind === 'access-token-insert'
        ? 'AccessToken'
        : 'RefreshToken';
  const { table, key } = TABLES[model];
  const bound = expiresWithSession === true || model === 'AuthorizationCode';
  return sql`insert into ${table} (created_on, ${key}, family_id, client_id, user_id, organization_in_scope_id, session_uid, payload, expires_at)
    select ${utcDay(now)}::date, ${sha256(write.value)}::bytea, ${scope.source?.familyId ?? randomUuid()}::uuid, ${String(clientId)}, ${userId}::uuid,
      ${organization}::uuid, ${bound ? String(sessionUid) : null}, ${JSON.stringify({ ...payload, expiresWithSession })}::jsonb,
      ${after(now, write.lifetime)}::timestamptz
    where ${onlyIf}`;
}
