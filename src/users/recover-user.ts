import { updateUser } from './user-store.ts';
import type { User } from './user.ts';
import type { Actor } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Transaction } from '../db/database.ts';

const OPERATOR: Actor = { kind: 'operator', id: null, name: null };

/**
 * Brings a user back who was handed a recovery link by the operator: it may log in again, also when it never did or was
 * disabled, and an administrator may do so through emergency access whatever the organization's method. Part of the
 * transaction that takes the link.
 * @throws user.not-found
 */
export async function recoverUser(deps: { db: Transaction; clock: Clock }, user: User): Promise<void> {
  const breakGlass = user.breakGlass || user.consoleRole === 'administrator';
  const recovered = await updateUser(deps.db, user.organizationId, user.id, { status: 'verified', breakGlass });
  if (recovered === undefined) throw new AppError('user.not-found');
  await recordEvent(deps, {
    organizationId: user.organizationId,
    kind: 'user.recovered',
    actor: OPERATOR,
    userId: user.id,
    details: { email: user.email, breakGlass },
  });
}
