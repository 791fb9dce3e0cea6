import { selectLogin, updateLogin } from './login-store.ts';
import type { LoginState } from './login-state.ts';
import type { LoginRow } from './login-row.ts';
import type { Login } from './login.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { randomSecret } from '../base/random.ts';
import type { Database } from '../db/database.ts';

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
  const state: LoginState = { login, stepState: { challenge: randomSecret() } };
  const trace = [{ at: deps.clock.now().toISOString(), event: 'began', detail: { step: login.step } }];
  if (await updateLogin(deps.db, row, { state, result: null, consent, trace })) {
    return { state, row: { ...row, state, consent, trace, version: row.version + 1 } };
  }
  const begun = await selectLogin(deps.db, row.id);
  if (begun?.state === undefined) throw new AppError('login.expired');
  return { row: begun, state: begun.state };
}
