import { changedFields } from './profile.ts';
import type { User } from '../user.ts';
import type { Actor } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { Transaction } from '../../db/database.ts';

/** Records what changed in what a person is called; nothing where nothing did. */
export async function recordProfileChange(
  deps: { db: Transaction; clock: Clock },
  actor: Actor,
  before: User,
  after: User,
): Promise<void> {
  const changed = changedFields(before, after);
  if (changed.length === 0) return;
  await recordEvent(deps, {
    organizationId: after.organizationId,
    kind: 'user.changed',
    actor,
    userId: after.id,
    details: { email: after.email, before: before.name, after: after.name, changed },
  });
}
