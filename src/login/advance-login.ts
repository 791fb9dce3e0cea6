import { finishLogin, recordRefusal } from './finish-login.ts';
import type { EndingDeps } from './finish-login.ts';
import { dropSessionOfRequest, updateLogin } from './login-store.ts';
import type { LoginRow, TraceEntry } from './login-store.ts';
import { resultOf } from './login-state.ts';
import type { LoginState, Notes } from './login-state.ts';
import { next } from './login.ts';
import type { Login, LoginEvent, Step, Subject } from './login.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Database, Transaction } from '../db/database.ts';
import { inTransaction } from '../db/database.ts';

/** A person may start over often; the newest entries of a trace are what an administrator asks for. */
const MOST_ENTRIES = 50;

/** Steps whose beginning changes more than the login. */
const ENDS: ReadonlySet<Step> = new Set(['finished', 'refused']);

/** What goes along with an event. */
export interface Advance {
  /** Who is logged in in this browser at this moment; null where that cannot be seen (a callback). */
  session: Subject | null;
  /** Notes of the state that follows; those of the state before are gone. */
  notes?: Notes;
  /** For the trace: listed claims, counts, names. Never a token, code or password. */
  detail?: Record<string, unknown>;
  /** What the user allowed the application. */
  consent?: { scope: string };
  /** Written in the same transaction, before the login itself. A throw undoes both. */
  work?: (tx: Transaction) => Promise<void>;
}

/**
 * Brings an event to a login: the next state, what finishing means, and `work`, in one transaction. Of two requests at
 * once one wins; the other is told that the login went on elsewhere.
 * @returns the new state
 * @throws login.out-of-order, also when another tab was first
 */
export async function advanceLogin(
  deps: EndingDeps,
  row: LoginRow,
  state: LoginState,
  event: LoginEvent,
  advance: Advance,
): Promise<Login> {
  const login = next(state.login, event, advance.session);
  const more = advance.work !== undefined || ENDS.has(login.step) || event.kind === 'switched';
  const result = resultOf(login);
  const following = { login, notes: advance.notes ?? {}, result, consent: advance.consent ?? state.consent };
  // A step that writes its own row and nothing else needs no transaction around that statement.
  if (!more) {
    await write(deps, row, event, following, advance.detail);
    return login;
  }
  await inTransaction(deps, async (deps) => {
    await advance.work?.(deps.db);
    if (login.step === 'finished') await finishLogin(deps, row, login, result);
    if (login.step === 'refused') await recordRefusal(deps, row, login, advance.detail ?? {});
    if (event.kind === 'switched') await dropSessionOfRequest(deps.db, row.id);
    await write(deps, row, event, following, advance.detail);
  });
  return login;
}

/** Writes notes of the present state without an event: an attempt that failed, a challenge given out. */
export async function noteInLogin(
  deps: { db: Database },
  visit: { row: LoginRow; state: LoginState },
  notes: Notes,
  work?: (tx: Transaction) => Promise<void>,
  entry?: TraceEntry,
): Promise<void> {
  const { row } = visit;
  const state = { ...visit.state, notes };
  const trace = entry === undefined ? row.trace : [...row.trace, entry].slice(-MOST_ENTRIES);
  await inTransaction(deps, async (deps) => {
    const written = await updateLogin(deps.db, row, { state, trace });
    if (!written) throw new AppError('login.out-of-order', { detail: 'another request was first' });
    await work?.(deps.db);
  });
  visit.state = state;
  visit.row = { ...row, state, trace, version: row.version + 1 };
}

async function write(
  deps: { db: Database; clock: Clock },
  row: LoginRow,
  event: LoginEvent,
  state: LoginState,
  detail: Record<string, unknown> | undefined,
): Promise<void> {
  const entry = {
    at: deps.clock.now().toISOString(),
    event: event.kind,
    step: state.login.step,
    ...(detail === undefined ? {} : { detail }),
  };
  const written = await updateLogin(deps.db, row, { state, trace: [...row.trace, entry].slice(-MOST_ENTRIES) });
  if (!written) throw new AppError('login.out-of-order', { detail: 'another request was first' });
}
