import type { LoginContext } from './login-context.ts';
import type { Database, Transaction } from '../db/database.ts';
import { saveStepState as save } from '../logins/apply-event.ts';
import type { StepState } from '../logins/login-state.ts';

/**
 * Writes what the present step remembers; the context with it.
 * @throws login.out-of-order when another request was first
 */
export async function saveStepState(
  deps: { db: Database },
  context: LoginContext,
  stepState: StepState,
  inTransaction?: (tx: Transaction) => Promise<void>,
): Promise<LoginContext> {
  const state = { ...context.state, stepState };
  return { ...context, state, row: await save(deps, context.row, state, inTransaction) };
}
