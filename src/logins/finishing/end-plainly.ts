import type { PlainEnd } from './plain-end.ts';
import { writePlainEnd } from './plain-end-store.ts';
import { finishedEvent } from '../finish-login.ts';
import type { LoginChange, LoginRow } from '../login-row.ts';
import type { Login } from '../login.ts';
import type { Clock } from '../../base/clock.ts';
import { isTransient } from '../../base/database-failure.ts';
import type { Database } from '../../db/database.ts';

/** Ends a login so; false where that cannot be, and nothing was written. */
export async function endPlainly(
  deps: { db: Database; clock: Clock },
  row: LoginRow,
  login: Login,
  change: LoginChange,
  end: PlainEnd,
): Promise<boolean> {
  const { result } = change;
  const { user } = end;
  if (result === null || result.userId !== user.id || result.emergency || result.withinSession) return false;
  if ('proof' in end !== (result.connectionId !== null)) return false;
  if (login.invitationId !== null || user.status !== 'verified' || deps.db.isTransaction) return false;
  const event = finishedEvent(row, result, { kind: 'user', id: user.id, name: user.email });
  try {
    return await writePlainEnd(deps.db, row, change, { ...end, event }, deps.clock.now());
  } catch (error) {
    if (!isTransient(error)) throw error;
    return false;
  }
}
