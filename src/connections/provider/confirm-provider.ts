import { changeFacts, readHold } from './hold.ts';
import { mailConfirmed } from './mail-hold.ts';
import type { HoldMailDeps } from './mail-hold.ts';
import { confirmHold, selectConnectionInForce } from '../connection-store.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { lockOrganization } from '../../organizations/change-method.ts';

/**
 * Confirms what changed at a provider, for an administrator who asked those who run it: the hold ends, and what was read then is
 * what logins go by. Nothing is fetched: what is confirmed is what the administrator saw.
 * @param input.hold {@link Hold.id} of what was shown
 * @throws organization.not-found, caller.denied, caller.stale-factor, connection.hold-changed for another hold or none,
 *   connection.hold-final for a change that only other settings can follow
 */
export async function confirmProvider(
  deps: HoldMailDeps & { db: Database },
  caller: Caller,
  input: { organizationId: OrganizationId; hold: string },
): Promise<void> {
  requireFreshFactor(caller, deps.clock.now());
  await inTransaction(deps, async (deps) => {
    const found = await lockOrganization(deps, input.organizationId);
    const organization = requireAccess(caller, 'edit-authentication', found);
    const connection = await selectConnectionInForce(deps.db, organization.id, { lock: true });
    const hold = connection === undefined ? null : readHold(connection);
    if (connection === undefined || hold?.id !== input.hold) throw new AppError('connection.hold-changed');
    if (hold.part === null) throw new AppError('connection.hold-final');
    await confirmHold(deps.db, connection, hold.part);
    await recordEvent(deps, {
      organizationId: organization.id,
      kind: 'connection.hold-confirmed',
      actor: actorOf(caller),
      details: { changes: changeFacts(hold.changes), issuer: connection.issuer },
    });
    await mailConfirmed(deps, caller, organization, hold);
  });
}
