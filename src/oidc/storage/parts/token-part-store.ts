import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { after, earlier, utcDay } from '../../../base/clock.ts';
import type { OrganizationId, UserId } from '../../../base/ids.ts';
import { sha256 } from '../../../base/random.ts';
import { parametersFor } from '../../../db/compiled-statement.ts';
import type { Values, ValueSql } from '../../../db/compiled-statement.ts';
import { fromRows } from '../../../db/sharing/given-rows.ts';
import type { RowPart } from '../../../db/sharing/given-rows.ts';
import { REFRESH_GRACE } from '../../lifetimes.ts';
import { liveDays, TABLES } from '../token-record-store.ts';
import type { TokenConsume, TokenInsert, TokenKind } from '../write.ts';

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

const TOKEN = {
  createdOn: 'date',
  hash: 'bytea',
  familyId: 'uuid',
  clientId: 'text',
  userId: 'uuid',
  organizationInScopeId: 'uuid',
  sessionUid: 'text',
  payload: 'jsonb',
  expiresAt: 'timestamptz',
  startedAt: 'timestamptz',
  endsAt: 'timestamptz',
} as const;

/**
 * Part of a larger statement: stores codes or tokens. The successor of a refresh token is the same for every retry: it is
 * stored once, under the day on which `taken`, a {@link CONSUME_PARTS consume}, first used its predecessor; its row has no
 * day of its own.
 */
export const TOKEN_PARTS: Readonly<Record<TokenKind, RowPart<typeof TOKEN>>> = {
  AuthorizationCode: tokenPart('AuthorizationCode'),
  AccessToken: tokenPart('AccessToken'),
  RefreshToken: tokenPart('RefreshToken'),
};

function tokenPart(model: TokenKind): RowPart<typeof TOKEN> {
  const isRefresh = model === 'RefreshToken';
  return {
    types: TOKEN,
    write: (v, rows, onlyIf) => storeToken(model, isRefresh ? { ...v, createdOn: dayOfSuccessor(v) } : v, rows, onlyIf),
  };
}

function dayOfSuccessor({
  createdOn,
  n,
}: {
  createdOn: RawBuilder<unknown>;
  n: RawBuilder<unknown>;
}): RawBuilder<unknown> {
  return sql`coalesce(${createdOn}, (select (taken.consumed_at at time zone 'utc')::date from taken where taken.n = ${n}))`;
}

function storeToken(
  model: TokenKind,
  v: ValueSql<typeof TOKEN>,
  rows: RawBuilder<unknown> | null,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { table, key } = TABLES[model];
  // Only what may outlive the session needs the column: the rest is read together with the session.
  const [column, endsAt] = model === 'RefreshToken' ? [sql`, ends_at`, sql`, ${v.endsAt}`] : [sql``, sql``];
  return sql`insert into ${sql.table(table)} (created_on, ${sql.ref(key)}, family_id, client_id, user_id,
      organization_in_scope_id, session_uid, payload, expires_at, started_at${column})
    select ${v.createdOn}, ${v.hash}, ${v.familyId}, ${v.clientId}, ${v.userId}, ${v.organizationInScopeId},
      ${v.sessionUid}, ${v.payload}, ${v.expiresAt}, ${v.startedAt}${endsAt}
    ${fromRows(rows)} where ${onlyIf}
    on conflict do nothing`;
}

/** The row of a code or token. */
export function tokenRow(now: Date, write: TokenInsert, context: TokenContext): Values<typeof TOKEN> {
  const { accountId: _account, clientId, sessionUid, expiresWithSession, ...payload } = write.payload;
  // The library takes the moment of the callback where an identity provider stated none; `auth_time` never says that.
  if (write.model === 'AuthorizationCode' && !context.authTimeStated) delete payload['authTime'];
  const { endsAt } = context;
  const exchangedFrom =
    write.model === 'AccessToken' && context.exchangedFrom !== null ? context.exchangedFrom : undefined;
  const bound = expiresWithSession === true || write.model === 'AuthorizationCode';
  return {
    createdOn: write.model === 'RefreshToken' && context.isSuccessor ? null : utcDay(now),
    hash: sha256(write.value),
    familyId: context.familyId,
    clientId: String(clientId),
    userId: context.userId,
    organizationInScopeId: context.organizationInScopeId,
    sessionUid: bound ? String(sessionUid) : null,
    payload: JSON.stringify({ ...payload, expiresWithSession, exchangedFrom }),
    expiresAt: earlier(after(now, write.lifetime), endsAt),
    startedAt: context.startedAt,
    endsAt,
  };
}

/** Part of a larger statement: stores a code or token where `onlyIf` holds, as {@link TOKEN_PARTS}. */
export function insertToken(
  now: Date,
  write: TokenInsert,
  context: TokenContext,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const row = tokenRow(now, write, context);
  const values = { ...parametersFor(TOKEN, row), n: sql`1` };
  // What else may be taken, as a device code, has no day for a successor.
  return row.createdOn === null
    ? TOKEN_PARTS[write.model].write(values, null, onlyIf)
    : storeToken(write.model, values, null, onlyIf);
}

const CONSUME = {
  hash: 'bytea',
  now: 'timestamptz',
  graceBegan: 'timestamptz',
  firstDay: 'date',
  lastDay: 'date',
} as const;

/**
 * Part of a larger statement: marks codes or refresh tokens as used. A row comes back for the first who presents one, and
 * for a refresh token within {@link REFRESH_GRACE} also for those after.
 */
export const CONSUME_PARTS: Readonly<Record<TokenConsume['model'], RowPart<typeof CONSUME>>> = {
  AuthorizationCode: consumePart('AuthorizationCode'),
  RefreshToken: consumePart('RefreshToken'),
};

function consumePart(model: TokenConsume['model']): RowPart<typeof CONSUME> {
  const { table, key } = TABLES[model];
  return {
    types: CONSUME,
    write: (v, rows) => sql`update ${sql.table(table)} t set consumed_at = coalesce(t.consumed_at, ${v.now})
    ${fromRows(rows)}
    where t.created_on >= ${v.firstDay} and t.created_on <= ${v.lastDay} and ${sql.ref(`t.${key}`)} = ${v.hash}
      and (t.consumed_at is null or t.consumed_at >= ${v.graceBegan})
    returning ${v.n} as n, t.consumed_at`,
  };
}

/** The row of what is consumed. */
export function consumeRow(now: Date, { model, value }: TokenConsume): Values<typeof CONSUME> {
  const graceBegan = model === 'RefreshToken' ? after(now, -REFRESH_GRACE) : null;
  return { hash: sha256(value), now, graceBegan, ...liveDays(model, now) };
}

/** Part of a larger statement: consumes a code or refresh token, as {@link CONSUME_PARTS}. */
export function consumeToken(now: Date, write: TokenConsume): RawBuilder<unknown> {
  const values = parametersFor(CONSUME, consumeRow(now, write));
  return CONSUME_PARTS[write.model].write({ ...values, n: sql`1` }, null, sql`true`);
}

/** Part of a larger statement: deletes a code or token. */
export function deleteToken(now: Date, model: TokenKind, value: string): RawBuilder<unknown> {
  const { table, key } = TABLES[model];
  const { firstDay, lastDay } = liveDays(model, now);
  return sql`delete from ${sql.table(table)}
    where created_on >= ${firstDay} and created_on <= ${lastDay} and ${sql.ref(key)} = ${sha256(value)}`;
}
