import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { LOGIN_MARK_PART } from '../../applications/health/mark-login-sql.ts';
import { compileOnce, slotsFor } from '../../db/compiled-statement.ts';
import type { Values, ValueTypes } from '../../db/compiled-statement.ts';
import type { Database } from '../../db/database.ts';
import { arraysOf, givenRows } from '../../db/sharing/given-rows.ts';
import type { RowPart } from '../../db/sharing/given-rows.ts';
import { LONG_MS } from '../../db/sharing/lane.ts';
import type { SharedStatement } from '../../db/sharing/lane.ts';
import { lanesOf } from '../../db/sharing/lanes.ts';
import { EVENT_PART, eventRow } from '../../audit/event-sql.ts';
import { KNOWN_SESSION_PART, knownSessionRow } from './parts/session-part-store.ts';
import { CONSUME_PARTS, consumeRow, TOKEN_PARTS, tokenRow } from './parts/token-part-store.ts';
import type { TokenContext } from './parts/token-part-store.ts';
import type { SessionRecord } from './session-record-store.ts';
import type { NewAuditEvent } from '../../audit/audit-event.ts';
import type { SessionSave, TokenConsume, TokenInsert, Write } from './write.ts';

/** What requests may share a statement for: it changes a known session, takes a code or token, and adds rows. */
export type PlainWrite = SessionSave | TokenConsume | TokenInsert | Extract<Write, { kind: 'login-mark' }>;

/** What hangs on taking a code or token where the request takes one, in the order of the statement. */
const PARTS = {
  session: KNOWN_SESSION_PART,
  code: TOKEN_PARTS.AuthorizationCode,
  accessToken: TOKEN_PARTS.AccessToken,
  refreshToken: TOKEN_PARTS.RefreshToken,
  mark: LOGIN_MARK_PART,
  event: EVENT_PART,
} as const satisfies Record<string, RowPart<ValueTypes>>;
type PartName = keyof typeof PARTS;

const PART_OF = {
  AuthorizationCode: 'code',
  AccessToken: 'accessToken',
  RefreshToken: 'refreshToken',
} as const;

type Row = Readonly<Record<string, unknown>>;

/** What one request writes, as rows. */
interface PlainFlush {
  taking: { model: TokenConsume['model']; row: Row } | null;
  rows: { part: PartName; row: Row }[];
  /** The session it changes and the code or token it takes: no other request does in the same statement. */
  claims: string[];
}

/**
 * Writes what a request collected where that is plain: it shares a statement, and so a commit, with requests of the same moment.
 * Each row says which request it belongs to, and what hangs on taking a code or token is inserted only where its own request
 * took it. Session, code and token are each changed by one request of a statement at most.
 * @returns false where another request took the authorization code or refresh token first
 */
export async function flushPlain(
  db: Database,
  collected: {
    now: Date;
    session: SessionRecord | null;
    tokens: TokenContext | null;
    writes: readonly PlainWrite[];
    events: readonly NewAuditEvent[];
  },
): Promise<boolean> {
  const { now, session, tokens, writes, events } = collected;
  const flush: PlainFlush = { taking: null, rows: [], claims: [] };
  for (const write of writes) {
    switch (write.kind) {
      case 'session-save':
        flush.rows.push({ part: 'session', row: knownSessionRow(now, write, session) });
        flush.claims.push(`session ${write.uid}`);
        break;
      case 'token-consume':
        if (flush.taking !== null)
          throw new Error('a request consumes at most one authorization code or refresh token');
        flush.taking = { model: write.model, row: consumeRow(now, write) };
        flush.claims.push(`${write.model} ${write.value}`);
        break;
      case 'token-insert':
        if (tokens === null) throw new Error('a token has no user or no organization');
        flush.rows.push({ part: PART_OF[write.model], row: tokenRow(now, write, tokens) });
        break;
      case 'login-mark':
        flush.rows.push({ part: 'mark', row: { clientId: write.clientId, now } });
    }
  }
  for (const event of events) flush.rows.push({ part: 'event', row: eventRow(now, event) });
  const lane = lanesOf(db)?.writes;
  return lane === undefined ? SHARED_FLUSH.alone(db, flush) : lane.ask(SHARED_FLUSH, flush);
}

/** Most requests that one write stores. */
const MOST = 64;

const SHARED_FLUSH: SharedStatement<PlainFlush, boolean> = {
  most: MOST,
  claims: ({ claims }) => claims,
  async alone(db, { taking, rows }) {
    const values: Record<string, unknown> = {};
    const add = (before: string, row: Row): void => {
      for (const [name, value] of Object.entries(row)) values[before + name] = value;
    };
    if (taking !== null) add('taken.', taking.row);
    for (const [i, { row }] of rows.entries()) add(`${i}.`, row);
    const [answer] = await aloneText(
      taking?.model ?? null,
      rows.map(({ part }) => part),
    )(db, values);
    return taking === null || answer?.taken === 1;
  },
  async together(db, all) {
    const values: Record<string, unknown> = {};
    for (const [model, part] of Object.entries(CONSUME_PARTS)) {
      const taking = all.flatMap((flush, n) => (flush.taking?.model === model ? [{ ...flush.taking.row, n }] : []));
      Object.assign(values, arraysOf(numbered(part.types), model, taking));
    }
    for (const [name, part] of Object.entries(PARTS)) {
      const rows = all.flatMap((flush, n) =>
        flush.rows.flatMap((each) =>
          each.part === name ? [{ ...each.row, n: flush.taking === null ? null : n }] : [],
        ),
      );
      Object.assign(values, arraysOf(numbered(part.types), name, rows));
    }
    const taken = new Set((await togetherText(db, values)).map(({ n }) => n));
    return all.map(({ taking }, n) => taking === null || taken.has(n));
  },
};

/** `n` is the number of the request that took something; null for the rows of one that has nothing to take. */
function numbered<T extends ValueTypes>(types: T): T & { n: 'int' } {
  return { ...types, n: 'int' };
}

function numberedRows(types: ValueTypes, name: string): ReturnType<typeof givenRows<{ n: 'int' }>> {
  return givenRows(numbered(types), name);
}

const texts = new Map<string, (db: Database, values: Values<ValueTypes>) => Promise<{ taken: number }[]>>();

/** The statement of one request that writes these rows. There are as many texts as kinds of requests. */
function aloneText(
  model: TokenConsume['model'] | null,
  parts: readonly PartName[],
): (db: Database, values: Values<ValueTypes>) => Promise<{ taken: number }[]> {
  const key = JSON.stringify([model, parts]);
  let text = texts.get(key);
  if (text === undefined) {
    text = compileOnce<{ taken: number }>(() => {
      const onlyIf = model === null ? sql`true` : sql`exists (select 1 from taken)`;
      const n = sql`1`;
      const clauses = parts.map((name, i) => {
        const part: RowPart<ValueTypes> = PARTS[name];
        return sql`${sql.raw(`part_${i}`)} as (${part.write({ ...slotsFor(part.types, `${i}.`), n }, null, onlyIf)})`;
      });
      if (model !== null) {
        const consume: RowPart<ValueTypes> = CONSUME_PARTS[model];
        clauses.unshift(sql`taken as (${consume.write({ ...slotsFor(consume.types, 'taken.'), n }, null, sql`true`)})`);
      }
      const taken = model === null ? sql`1 as taken` : sql`(select count(*)::int from taken) as taken`;
      return sql`with ${sql.join(clauses)} select ${taken}`;
    });
    texts.set(key, text);
  }
  return text;
}

/**
 * The statement of many requests. It waits for no lock as long as anybody's own statement may: who meets a row that somebody
 * else holds would make all the others wait. It then fails, and the lane sends each of its requests alone. The filter of the
 * last line is evaluated once, before the first row is taken; what it sets ends with the statement.
 */
const togetherText = compileOnce<{ n: number }>(() => {
  const clauses: RawBuilder<unknown>[] = [];
  for (const [model, part] of Object.entries<RowPart<ValueTypes>>(CONSUME_PARTS)) {
    const { columns, rows } = numberedRows(part.types, model);
    clauses.push(sql`${sql.id(`taken_${model}`)} as (${part.write(columns, rows, sql`true`)})`);
  }
  const all = Object.keys(CONSUME_PARTS).map((model) => sql`select n, consumed_at from ${sql.id(`taken_${model}`)}`);
  clauses.push(sql`taken as (${sql.join(all, sql` union all `)})`);
  for (const [name, part] of Object.entries<RowPart<ValueTypes>>(PARTS)) {
    const { columns, rows } = numberedRows(part.types, name);
    const onlyIf = sql`(${columns.n} is null or ${columns.n} in (select n from taken))`;
    clauses.push(sql`${sql.id(`part_${name}`)} as (${part.write(columns, rows, onlyIf)})`);
  }
  const bounded = sql`(select set_config('lock_timeout', ${sql.lit(String(LONG_MS))}, true)) is not null`;
  return sql`with ${sql.join(clauses)} select n from taken where ${bounded}`;
});
