import { finishLogin, recordRefusal } from './finish-login.ts';
import type { FinishDeps } from './finish-login.ts';
import { endPlainly } from './finishing/end-plainly.ts';
import type { PlainEnd } from './finishing/plain-end.ts';
import { toLoginResult } from './login-state.ts';
import type { LoginState, StepState } from './login-state.ts';
import { dropSessionOfRequest, selectLogin, updateLogin, updateLoginAndSend } from './login-store.ts';
import type { LiveLogin, LoginChange, LoginRow } from './login-row.ts';
import { organizationOf, withEntry } from './trace.ts';
import type { TraceDetail, TraceEntry } from './trace.ts';
import { transition } from './login.ts';
import type { Login, LoginEvent, Step, Subject } from './login.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { randomSecret } from '../base/random.ts';
import { LOGIN_MOVED } from '../base/signals/signals.ts';
import type { PreparedRequest } from '../connections/authorization/send-authorization-request.ts';
import type { Database, Transaction } from '../db/database.ts';
import { inTransaction } from '../db/database.ts';

/** Steps that write more than the login's row. */
const ENDS: ReadonlySet<Step> = new Set(['finished', 'refused']);

/** What goes along with an event. */
export interface EventOptions {
  /** Who is logged in in this browser at this moment; null where that cannot be seen (a callback). */
  session: Subject | null;
  /** What the step that follows remembers. */
  stepState?: StepState | undefined;
  /** For the trace. */
  detail?: TraceDetail | undefined;
  /** What the user allowed the application. */
  consent?: { scope: string } | undefined;
  /** An event that leads to an identity provider: with what the browser is sent there. */
  outgoing?: PreparedRequest | undefined;
  /** Where the login may end by one statement instead of `inTransaction` and all that finishing means. */
  plain?: PlainEnd | undefined;
  /** Written in the same transaction, after the login itself. A throw undoes both. */
  inTransaction?: ((tx: Transaction) => Promise<void>) | undefined;
}

/**
 * Applies an event to a login: the next state, what finishing means, and `inTransaction`, in one transaction. Concurrent
 * calls: exactly one succeeds.
 * @returns the new state
 * @throws login.out-of-order when the event does not come in this state or another request was first; what
 *   {@link finishLogin} throws
 */
export async function applyEvent(
  deps: FinishDeps,
  row: LoginRow,
  state: LoginState,
  event: LoginEvent,
  options: EventOptions,
): Promise<Login> {
  const login = await writeEvent(deps, row, state, event, options);
  tellMoved(login);
  return login;
}

/** Tells those who count that a login is in another step. */
export function tellMoved(login: Login): void {
  const { step, refusal } = login;
  LOGIN_MOVED.tell({ step, method: wordForMethod(login), refusal });
}

/** How a login goes on or ended, for those who count. */
function wordForMethod({ mode, connection, proofs, subject }: Login): string {
  if (mode === 'emergency') return 'emergency';
  if (connection !== null) return connection.method;
  if (proofs.length > 0 && proofs.every(({ kind }) => kind === 'session')) return 'session';
  return subject === null ? 'none' : 'built-in';
}

async function writeEvent(
  deps: FinishDeps,
  row: LoginRow,
  state: LoginState,
  event: LoginEvent,
  options: EventOptions,
): Promise<Login> {
  const login = transition(state.login, event, options.session);
  const { detail } = options;
  const known = event.kind === 'identified' || event.kind === 'started-over' ? [] : row.trace;
  const entry = entryOf(deps.clock.now(), event, login, known, detail);
  const result = toLoginResult(login);
  const change = {
    state: { login, stepState: options.stepState ?? {} },
    result,
    consent: options.consent ?? row.consent,
    trace: withSent(withEntry(row.trace, entry), options.outgoing),
  };
  const more = options.inTransaction !== undefined || ENDS.has(login.step) || event.kind === 'switched';
  // A step that writes only the login's row is one statement and needs no transaction around it.
  if (!more) {
    await write(deps.db, row, change, options.outgoing);
    return login;
  }
  const { plain } = options;
  if (plain !== undefined && login.step === 'finished' && (await endPlainly(deps, row, login, change, plain)))
    return login;
  await inTransaction(deps, async (deps) => {
    // First, so that of two requests the second waits here and nowhere else (docs/decisions/0014).
    await write(deps.db, row, change, options.outgoing);
    await options.inTransaction?.(deps.db);
    if (login.step === 'finished') await finishLogin(deps, row, login, result);
    if (login.step === 'refused') await recordRefusal(deps, row, login, detail ?? {});
    if (event.kind === 'switched') await dropSessionOfRequest(deps.db, row);
  });
  return login;
}

function entryOf(
  at: Date,
  event: LoginEvent,
  login: Login,
  known: readonly TraceEntry[],
  detail: TraceDetail | undefined,
): TraceEntry {
  return {
    at: at.toISOString(),
    event: event.kind,
    step: login.step,
    organizationId: detail?.organizationId ?? organizationOf(login, known),
    ...(detail === undefined ? {} : { detail }),
  };
}

async function write(db: Database, row: LoginRow, change: LoginChange, outgoing?: PreparedRequest): Promise<void> {
  const written =
    outgoing === undefined
      ? await updateLogin(db, row, change)
      : await updateLoginAndSend(db, row, change, outgoing.transaction);
  if (!written) throw new AppError('login.out-of-order', { detail: 'another request was first' });
}

/** What was asked of the provider stands in the trace as if it were sent after the event. */
function withSent(trace: TraceEntry[], outgoing: PreparedRequest | undefined): TraceEntry[] {
  if (outgoing === undefined) return trace;
  const { transaction, organizationId, detail } = outgoing;
  return withEntry(trace, { at: transaction.createdAt.toISOString(), event: 'sent', organizationId, detail });
}

/**
 * Writes what the present step remembers, without an event: a challenge given out, or an attempt that failed or that is
 * made otherwise once more, which then stands in the trace.
 * @returns the row as written
 * @throws login.out-of-order when another request was first
 */
export async function saveStepState(
  deps: { db: Database; clock: Clock },
  row: LoginRow,
  state: LoginState,
  work?: (tx: Transaction) => Promise<void>,
  noted?: { event: 'failed' | 'asked-again'; detail: TraceDetail },
): Promise<LoginRow> {
  const { result, consent } = row;
  const organizationId = organizationOf(state.login, row.trace);
  const trace =
    noted === undefined
      ? row.trace
      : withEntry(row.trace, { at: deps.clock.now().toISOString(), organizationId, ...noted });
  await inTransaction(deps, async (deps) => {
    await write(deps.db, row, { state, result, consent, trace });
    await work?.(deps.db);
  });
  return { ...row, state, trace, version: row.version + 1 };
}

/**
 * The first state of a login whose first page is looked at: nothing is written. The first event writes it along, so that a
 * login that nobody goes on with stays as the application's request left it.
 */
export function beginUnwritten(row: LiveLogin, login: Login): { row: LoginRow; state: LoginState } {
  return begun(row, login, null, row.createdAt);
}

/**
 * A login that is back from its provider, where the same request goes on with it: nothing is written. The event that follows
 * writes both along, so that nobody waits for a state that is over at once. Once it is written, {@link tellMoved} is the
 * caller's.
 */
export function comeBackUnwritten(
  row: LoginRow,
  state: LoginState,
  stepState: StepState,
  detail: TraceDetail,
  at: Date,
): { row: LoginRow; state: LoginState } {
  const event = { kind: 'came-back' } as const;
  const login = transition(state.login, event, null);
  const trace = withEntry(row.trace, entryOf(at, event, login, row.trace, detail));
  return { row: { ...row, trace }, state: { login, stepState } };
}

function begun(
  row: LoginRow,
  login: Login,
  consent: LoginRow['consent'],
  at: Date,
): { row: LoginRow; state: LoginState } {
  const state: LoginState = { login, stepState: { challenge: randomSecret() } };
  const detail: TraceDetail = { step: login.step, ...(login.connection === null ? {} : { rule: 'link' }) };
  const organizationId = organizationOf(login, []);
  const trace = [{ at: at.toISOString(), event: 'began', organizationId, detail }];
  return { state, row: { ...row, state, consent, trace } };
}

/**
 * Writes the first state of a login; with `consent` where nothing is to be asked. Concurrent calls (a reload): the first one counts, the others read it.
 * @throws login.expired when the login is gone
 */
export async function beginLogin(
  deps: { db: Database; clock: Clock },
  row: LoginRow,
  login: Login,
  consent: { scope: string } | null = null,
): Promise<{ row: LoginRow; state: LoginState }> {
  const { state, row: first } = begun(row, login, consent, deps.clock.now());
  if (await updateLogin(deps.db, row, { state, result: null, consent, trace: first.trace })) {
    return { state, row: { ...first, version: row.version + 1 } };
  }
  const other = await selectLogin(deps.db, row.id);
  if (other?.state === undefined) throw new AppError('login.expired');
  return { row: other, state: other.state };
}
