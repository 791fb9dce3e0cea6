import { finishLogin, recordRefusal } from './finish-login.ts';
import type { FinishDeps } from './finish-login.ts';
import { toLoginResult } from './login-state.ts';
import type { LoginState, StepState } from './login-state.ts';
import { dropSessionOfRequest, updateLogin } from './login-store.ts';
import type { LoginRow, TraceEntry } from './login-row.ts';
import { transition } from './login.ts';
import type { Login, LoginEvent, Step, Subject } from './login.ts';
import { AppError } from '../base/errors.ts';
import type { Database } from '../db/database.ts';
import { inTransaction } from '../db/database.ts';

/** Entries a trace keeps, the newest: a person may start over any number of times. */
const MOST_ENTRIES = 50;

/** Steps that write more than the login's row. */
const ENDS: ReadonlySet<Step> = new Set(['finished', 'refused']);

/** What goes along with an event. */
export interface EventOptions {
  /** Who is logged in in this browser at this moment; null where that cannot be seen (a callback). */
  session: Subject | null;
  /** What the step that follows remembers. */
  stepState?: StepState | undefined;
  /** For the trace: listed claims, counts, names. Never a token, code or password. */
  detail?: Record<string, unknown> | undefined;
  /** What the user allowed the application. */
  consent?: { scope: string } | undefined;
  /** Written in the same transaction, before the login itself. A throw undoes both. */
  inTransaction?: ((tx: Database) => Promise<void>) | undefined;
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
  const login = transition(state.login, event, options.session);
  const { detail } = options;
  const entry = {
    at: deps.clock.now().toISOString(),
    event: event.kind,
    step: login.step,
    ...(detail === undefined ? {} : { detail }),
  };
  const more = options.inTransaction !== undefined || ENDS.has(login.step) || event.kind === 'switched';
  await (more ? inTransaction : alone)(deps.db, async (tx) => {
    await options.inTransaction?.(tx);
    const result = toLoginResult(login);
    if (login.step === 'finished') await finishLogin({ ...deps, db: tx }, row, login, result);
    if (login.step === 'refused') await recordRefusal({ ...deps, db: tx }, row, login, detail ?? {});
    if (event.kind === 'switched') await dropSessionOfRequest(tx, row);
    const written = await updateLogin(tx, row, {
      state: { login, stepState: options.stepState ?? {} },
      result,
      consent: options.consent ?? row.consent,
      trace: [...row.trace, entry].slice(-MOST_ENTRIES),
    });
    if (!written) throw new AppError('login.out-of-order', { detail: 'another request was first' });
  });
  return login;
}

/** A step that writes only the login's row is one statement and needs no transaction around it. */
async function alone<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  return work(db);
}

/**
 * Writes what the present step remembers, without an event: an attempt that failed, a challenge given out.
 * @returns the row as written
 * @throws login.out-of-order when another request was first
 */
export async function saveStepState(
  deps: { db: Database },
  row: LoginRow,
  state: LoginState,
  work?: (tx: Database) => Promise<void>,
  entry?: TraceEntry,
): Promise<LoginRow> {
  const { result, consent } = row;
  const trace = entry === undefined ? row.trace : [...row.trace, entry].slice(-MOST_ENTRIES);
  await inTransaction(deps.db, async (tx) => {
    const written = await updateLogin(tx, row, { state, result, consent, trace });
    if (!written) throw new AppError('login.out-of-order', { detail: 'another request was first' });
    await work?.(tx);
  });
  return { ...row, state, trace, version: row.version + 1 };
}
