import { writePlainEnd } from './plain-end-store.ts';
import { finishedEvent } from '../finish-login.ts';
import type { LoginRow } from '../login-row.ts';
import type { LoginChange } from '../login-sql.ts';
import type { Login } from '../login.ts';
import type { Clock } from '../../base/clock.ts';
import { isTransient } from '../../base/database-failure.ts';
import type { PlainProof } from '../../connections/facts/plain-proof.ts';
import type { Database } from '../../db/database.ts';
import type { User } from '../../users/user.ts';

/**
 * How a login ends that changes nothing but what every login changes: its row, when its user and identity were last seen, the
 * audit log. All of it is one statement, which locks login, user and then identity or password (docs/decisions/0014) and
 * writes only where each of them is as this request read it. `finish-login.ts` is the way for every other end, and for one in
 * which anything was otherwise: it finds out what, and refuses or goes on.
 */
export type PlainEnd = { user: User } &
  /** Through an identity provider. */
  (
    | { proof: PlainProof }
    /** With a password of ours, where the organization takes it, and a factor. */
    | { passwordProvedAt: Date }
  );

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
