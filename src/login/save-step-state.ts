import type { LoginContext } from './login-context.ts';
import type { Clock } from '../base/clock.ts';
import type { Database, Transaction } from '../db/database.ts';
import { saveStepState as save } from '../logins/apply-event.ts';
import type { StepState } from '../logins/login-state.ts';
import type { TraceDetail } from '../logins/trace.ts';

/**
 * Writes what the present step remembers, and in the trace what failed; the context with it.
 * @throws login.out-of-order when another request was first
 */
export async function saveStepState(
  deps: { db: Database; clock: Clock },
  context: LoginContext,
  stepState: StepState,
  inTransaction?: (tx: Transaction) => Promise<void>,
  failed?: TraceDetail,
): Promise<LoginContext> {
  const state = { ...context.state, stepState };
  const noted = failed && { event: 'failed' as const, detail: failed };
  return { ...context, state, row: await save(deps, context.row, state, inTransaction, noted) };
}
