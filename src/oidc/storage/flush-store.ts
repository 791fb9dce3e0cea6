import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { NewAuditEvent } from '../../audit/audit-event.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import type { LoginResult } from '../../sessions/login-result.ts';
import { insertEvent } from './audit-part-store.ts';
import { endFamily, recordReplay } from './family-store.ts';
import { insertJob } from './job-part-store.ts';
import { writeLogin } from './login-write-store.ts';
import { saveSession } from './session-record-store.ts';
import type { SessionRecord } from './session-record-store.ts';
import { consumeToken, deleteToken, insertToken } from './token-record-store.ts';
import type { PresentedToken, TokenContext } from './token-record-store.ts';
import type { TokenConsume, Write } from './write.ts';
import { sha256 } from '../../base/random.ts';

/** Result of a flush: a lost race is not an error of the database. */
export interface FlushOutcome {
  /** Another request consumed the authorization code or refresh token first. */
  consumeLost: boolean;
  /** Another request ended the login first. */
  loginLost: boolean;
}

/** What a request read and what it writes. */
export interface Collected {
  now: Date;
  session: SessionRecord | null;
  presentedToken: PresentedToken | null;
  /** What a login of this request proved. */
  loginResult: LoginResult | null;
  /** Who is logged in after this request. */
  subject: { userId: UserId; organizationId: OrganizationId } | null;
  /** For whom codes and tokens are issued; null in a request that issues none. */
  tokens: TokenContext | null;
  writes: readonly Write[];
  events: readonly NewAuditEvent[];
}

/**
 * Writes everything a request collected, as one statement and so as one commit: what depends on consuming a
 * code, a refresh token or a login is inserted only where that succeeded.
 */
export async function flushCollected(db: Database, collected: Collected): Promise<FlushOutcome> {
  const outcome = { consumeLost: false, loginLost: false };
  const { now, presentedToken, events } = collected;
  const all = withoutSuperseded(collected.writes);
  if (all.length === 0 && events.length === 0) return outcome;
  // The library ends a family model by model; one mark ends it whole.
  const revoke = all.find((w) => w.kind === 'family-revoke');
  const writes = all.filter((w) => w.kind !== 'family-revoke');

  // `taken`: the part of the statement that all inserts depend on.
  const consume = writes.find((w): w is TokenConsume => w.kind === 'token-consume');
  const loginEnd = writes.find((w) => w.kind === 'login-end');
  const taking = consume ?? loginEnd;
  const taken =
    consume !== undefined
      ? consumeToken(now, consume)
      : loginEnd === undefined
        ? undefined
        : writeLogin(now, loginEnd, null);
  const onlyIf = taken === undefined ? sql`true` : sql`exists (select 1 from taken)`;

  const parts = [
    ...writes.filter((write) => write !== taking).map((write) => toPart(collected, write, onlyIf)),
    ...events.map((event) => insertEvent(now, event, onlyIf)),
  ];
  const clauses = parts.map((part, i) => sql`${sql.raw(`part_${i}`)} as (${part})`);
  if (taken !== undefined) clauses.unshift(sql`taken as (${taken})`);
  if (revoke !== undefined) {
    clauses.unshift(sql`ended as (${endFamily(revoke.familyId, now)})`);
    const replayed = presentedToken !== null && presentedToken.consumedAt !== null ? presentedToken : null;
    if (replayed !== null && replayed.access !== null) {
      clauses.push(sql`replay as (${recordReplay(now, replayed, replayed.access)})`);
    }
  }
  const result = taken === undefined ? sql`1 as taken` : sql`(select count(*)::int from taken) as taken`;
  const { rows } = await sql<{ taken: number }>`with ${sql.join(clauses)} select ${result}`.execute(db);
  if (taken !== undefined && rows[0]?.taken !== 1) {
    if (consume !== undefined) outcome.consumeLost = true;
    else outcome.loginLost = true;
  }
  return outcome;
}

// The library destroys a session's old id before it saves the new one; here both are one row, changed in place.
function withoutSuperseded(writes: readonly Write[]): Write[] {
  const saved = writes.filter((w) => w.kind === 'session-save').at(-1);
  return writes.filter((w) => {
    if (w.kind === 'session-save') return w === saved;
    return !(w.kind === 'session-end' && saved !== undefined);
  });
}

function toPart(
  collected: Collected,
  write: Exclude<Write, { kind: 'family-revoke' }>,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { now, session, loginResult, subject, tokens } = collected;
  switch (write.kind) {
    case 'session-save':
      return saveSession(now, write, session, loginResult, onlyIf);
    case 'session-end':
      return sql`delete from session where cookie_hash = ${sha256(write.cookie)}`;
    case 'job-insert':
      return insertJob(write.job, onlyIf);
    case 'login-insert':
    case 'login-change':
    case 'login-end':
      return writeLogin(now, write, subject);
    case 'token-insert':
      if (tokens === null) throw new Error('a token has no user or no organization');
      return insertToken(now, write, tokens, onlyIf);
    case 'token-delete':
      return deleteToken(now, write.model, write.value);
    case 'token-consume':
      throw new Error('a request consumes at most one authorization code or refresh token');
  }
}
