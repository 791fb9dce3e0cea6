import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { NewAuditEvent } from '../../audit/audit-event.ts';
import { LOGIN_MARK_PART } from '../../applications/health/mark-login-sql.ts';
import { MINUTE, after } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import type { OrganizationId, SessionId, UserId } from '../../base/ids.ts';
import { parametersFor } from '../../db/compiled-statement.ts';
import { addToCounter } from '../../db/limits/counter-sql.ts';
import type { Database } from '../../db/database.ts';
import { limitInForce } from '../../db/limits/limit-policy-sql.ts';
import type { LoginResult } from '../../sessions/login-result.ts';
import type { SurplusSessions } from '../../sessions/end-sessions.ts';
import { surplusSessions } from '../../sessions/surplus-sql.ts';
import { endFamily, recordReplay } from './family-store.ts';
import { insertEvent } from '../../audit/event-sql.ts';
import { insertJob } from './parts/job-part-store.ts';
import { isSessionAsKnown, saveSession } from './parts/session-part-store.ts';
import { consumeToken, deleteToken, insertToken } from './parts/token-part-store.ts';
import type { TokenContext } from './parts/token-part-store.ts';
import { flushPlain } from './plain-flush-store.ts';
import type { PlainWrite } from './plain-flush-store.ts';
import { writeLogin } from './login-write-store.ts';
import { insertRecordPart } from './record-store.ts';
import { noteSecretUse } from './secret-use-store.ts';
import type { SessionRecord } from './session-record-store.ts';
import type { PresentedToken } from './token-record-store.ts';
import { writeDeviceCode } from '../device/device-code-store.ts';
import type { DeviceWrite, TokenConsume, Write } from './write.ts';
import { sha256 } from '../../base/random.ts';

/** How long what a network begins is counted. */
const NETWORK_WINDOW: Seconds = 10 * MINUTE;

/** Result of a flush: a lost race is not an error of the database. */
export interface FlushOutcome {
  /** Another request consumed the authorization code or refresh token first. */
  consumeLost: boolean;
  /** Another browser claimed or decided the device code first. */
  deviceLost: boolean;
  /** Another request ended the login first. */
  loginLost: boolean;
  /** Its network has begun as many logins as it may: nothing was begun, until then. */
  refusedUntil: Date | null;
  /** What is to be ended now that a session was made; null when the user has no more than allowed. */
  surplus: SurplusSessions | null;
}

/** Audit events that are recorded only when their counter begins anew. */
export interface Occasion {
  /** What the counter counts: JSON values. Kept as a digest. */
  about: readonly unknown[];
  ends: Date;
  events: readonly NewAuditEvent[];
  /** Called once they are recorded, by this request or were before; not where the write failed. */
  stored?: () => void;
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
  /** Events that are recorded once in a while. */
  occasion: Occasion | null;
  /** Counter of what the request's network begins; null where nothing is counted. */
  networkCounter: (() => string) | null;
}

/**
 * Writes everything a request collected, as one statement and so as one commit: what depends on consuming a
 * code, a refresh token or a login is inserted only where that succeeded. What is plain may share that statement with other
 * requests.
 */
export async function flushCollected(db: Database, collected: Collected): Promise<FlushOutcome> {
  const outcome: FlushOutcome = {
    consumeLost: false,
    deviceLost: false,
    loginLost: false,
    refusedUntil: null,
    surplus: null,
  };
  const { now, presentedToken, events, occasion, networkCounter } = collected;
  const all = withoutUnchanged(collected, withoutSuperseded(collected.writes));
  if (isPlain(collected, all)) {
    if (all.length + events.length > 0) outcome.consumeLost = !(await flushPlain(db, { ...collected, writes: all }));
    return outcome;
  }
  // The library ends a family model by model; one mark ends it whole.
  const revoke = all.find((w) => w.kind === 'family-revoke');
  const writes = all.filter((w) => w.kind !== 'family-revoke');

  // `taken`: the part of the statement that all inserts depend on.
  const consume = writes.find((w): w is Consume => w.kind === 'token-consume' || w.kind === 'device-consume');
  const loginEnd = writes.find((w) => w.kind === 'login-end');
  // The library ends a login when it takes its result. One that it refuses (the browser's session is not the one that the
  // login began in) names nobody in that session.
  const loginResult = loginEnd === undefined ? null : collected.loginResult;
  const taking = consume ?? loginEnd;
  const taken =
    consume !== undefined
      ? consume.kind === 'token-consume'
        ? consumeToken(now, consume)
        : writeDeviceCode(now, consume, null, sql`true`)
      : loginEnd === undefined
        ? undefined
        : writeLogin(now, loginEnd, null, sql`true`);
  // What anybody can begin is counted by network, and begun only below the limit.
  const counter = writes.some((write) => isBegun(collected.session, loginResult, write)) ? networkCounter : null;
  const device = writes.find((w): w is DeviceWrite => DECIDING.has(w.kind));
  const conditions = [
    ...(taken === undefined ? [] : [sql`exists (select 1 from taken)`]),
    ...(counter === null ? [] : [sql`not exists (select 1 from refused)`]),
  ];
  const always = conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
  // What two browsers may do to a device code at once: what it brings hangs on it. A login that ended just now did so anyway.
  const decided = device === undefined ? always : sql`exists (select 1 from decided)`;
  const onlyIf = loginEnd === undefined ? decided : always;

  const parts = [
    ...writes
      .filter((write) => write !== taking && write !== device)
      .map((write) => toPart({ ...collected, loginResult }, write, onlyIf)),
    ...events.map((event) => insertEvent(now, event, decided)),
  ];
  const clauses = parts.map((part, i) => sql`${sql.raw(`part_${i}`)} as (${part})`);
  if (device !== undefined) {
    clauses.unshift(sql`decided as (${writeDeviceCode(now, device, collected.tokens, always)})`);
  }
  if (occasion !== null) {
    const begins = sql`exists (select 1 from occasion where points = 1)`;
    const counter = `occasion:${sha256(JSON.stringify(occasion.about)).toString('base64url')}`;
    clauses.push(
      sql`occasion as (${addToCounter(counter, now, occasion.ends)})`,
      ...occasion.events.map(
        (event, i) => sql`${sql.raw(`occasion_event_${i}`)} as (${insertEvent(now, event, begins)})`,
      ),
    );
  }
  if (counter !== null) clauses.unshift(...countBegun(now, counter()));
  if (taken !== undefined) clauses.unshift(sql`taken as (${taken})`);
  if (revoke !== undefined) {
    clauses.unshift(sql`ended as (${endFamily(revoke.familyId, now)})`);
    const replayed = presentedToken !== null && presentedToken.consumedAt !== null ? presentedToken : null;
    if (replayed !== null && replayed.access !== null) {
      clauses.push(sql`replay as (${recordReplay(now, replayed, replayed.access)})`);
    }
  }
  const saved = writes.find((w) => w.kind === 'session-save');
  const results = [
    taken === undefined ? sql`1 as taken` : sql`(select count(*)::int from taken) as taken`,
    ...(counter === null ? [] : [sql`(select expire from refused) as refused_until`]),
    ...(device === undefined ? [] : [sql`(select count(*)::int from decided) as decided`]),
    ...(saved === undefined || loginResult === null
      ? []
      : [sql`array (${surplusSessions(now, loginResult.userId, saved.uid)}) as surplus`]),
  ];
  const { rows } = await sql<Results>`with ${sql.join(clauses)} select ${sql.join(results)}`.execute(db);
  const row = rows[0];
  if (taken !== undefined && row?.taken !== 1) {
    if (consume !== undefined) outcome.consumeLost = true;
    else outcome.loginLost = true;
    return outcome;
  }
  if (device !== undefined && row?.decided !== 1) outcome.deviceLost = true;
  if (typeof row?.refusedUntil === 'string') outcome.refusedUntil = new Date(Number(row.refusedUntil));
  else if (loginResult !== null && row?.surplus !== undefined && row.surplus.length > 0) {
    const { userId, organizationId } = loginResult;
    outcome.surplus = { sessions: row.surplus, userId, organizationId };
  }
  return outcome;
}

/** What a flush gives back; each only where it was asked for. */
interface Results {
  taken: number;
  decided?: number;
  /** Milliseconds since 1970. */
  refusedUntil?: string | null;
  surplus?: SessionId[];
}

/** What makes a request the one that takes a code. */
type Consume = TokenConsume | (DeviceWrite & { kind: 'device-consume' });

/** What two browsers may do to one device code. */
const DECIDING: ReadonlySet<Write['kind']> = new Set(['device-claim', 'device-approve', 'device-refuse']);

/**
 * Whether a write begins something nobody had to prove anything for: a login, a session that nobody is logged in to, a request
 * pushed by an application that did not authenticate itself (`trusted` is the library's word for one that did).
 */
function isBegun(session: Collected['session'], loginResult: Collected['loginResult'], write: Write): boolean {
  if (write.kind === 'session-save') return session === null && loginResult === null;
  if (write.kind === 'record-insert') {
    return write.model === 'PushedAuthorizationRequest' && write.payload['trusted'] !== true;
  }
  return write.kind === 'login-insert' || write.kind === 'device-insert';
}

/** Counts what a network begins; `refused` has a row when it was one too many. */
function countBegun(now: Date, counter: string): RawBuilder<unknown>[] {
  return [
    sql`counted as (${addToCounter(counter, now, after(now, NETWORK_WINDOW))})`,
    sql`refused as (select expire from counted where points > ${limitInForce('network-logins')})`,
  ];
}

/** What requests write most: nothing is begun or ended, nobody logs in. */
const PLAIN: ReadonlySet<Write['kind']> = new Set(['session-save', 'token-consume', 'token-insert', 'login-mark']);

function isPlain({ session, occasion }: Collected, writes: readonly Write[]): writes is readonly PlainWrite[] {
  if (occasion !== null) return false;
  const takes = writes.some(({ kind }) => kind === 'token-consume');
  return writes.every((write) => {
    if (write.kind === 'session-save') return session !== null;
    // A refresh token follows from a code or token that is taken.
    if (write.kind === 'token-insert' && write.model === 'RefreshToken') return takes;
    return PLAIN.has(write.kind);
  });
}

function withoutUnchanged({ now, session }: Collected, writes: readonly Write[]): readonly Write[] {
  // A login changes the session's row also where the library changes nothing.
  if (session === null || writes.some((w) => w.kind === 'login-end')) return writes;
  return writes.filter((w) => w.kind !== 'session-save' || !isSessionAsKnown(now, w, session));
}

// The library destroys a session's old id before it saves the new one; here both are one row, changed in place.
function withoutSuperseded(writes: readonly Write[]): Write[] {
  const saved = writes.filter((w) => w.kind === 'session-save').at(-1);
  // A device code that is claimed and approved by one request, too.
  const device = writes.filter((w) => DECIDING.has(w.kind)).at(-1);
  return writes.filter((w) => {
    if (w.kind === 'session-save') return w === saved;
    if (DECIDING.has(w.kind)) return w === device;
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
    case 'record-insert':
      return insertRecordPart(now, write, onlyIf);
    case 'job-insert':
      return insertJob(write.job, onlyIf);
    case 'secret-used':
      return noteSecretUse(now, write.id);
    case 'login-mark':
      return LOGIN_MARK_PART.write(
        { ...parametersFor(LOGIN_MARK_PART.types, { clientId: write.clientId, now }), n: sql`1` },
        null,
        onlyIf,
      );
    case 'login-insert':
    case 'login-change':
    case 'login-end':
      return writeLogin(now, write, subject, onlyIf);
    case 'token-insert':
      if (tokens === null) throw new Error('a token has no user or no organization');
      return insertToken(now, write, tokens, onlyIf);
    case 'token-delete':
      return deleteToken(now, write.model, write.value);
    case 'device-insert':
      return writeDeviceCode(now, write, tokens, onlyIf);
    case 'device-claim':
    case 'device-approve':
    case 'device-refuse':
    case 'device-consume':
    case 'token-consume':
      throw new Error('a request consumes at most one authorization code or refresh token');
  }
}
