import { changeFacts, readHold } from './hold.ts';
import type { Hold } from './hold.ts';
import { mailConfirmed } from './mail-hold.ts';
import type { HoldMailDeps } from './mail-hold.ts';
import { confirmHold, selectConnection, selectConnectionInForce } from '../connection-store.ts';
import { findPreviousMethod } from '../find-login-method.ts';
import type { Connection } from '../connection.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { lockOrganization } from '../../organizations/change-method.ts';
import type { Organization } from '../../organizations/organization.ts';

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
    const { connection, hold } = await lockHeld(deps, organization, input.hold);
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

/**
 * The connection with a hold, locked: the one in force, or the one before it, which may be used beside it.
 * @throws connection.hold-changed
 */
async function lockHeld(
  deps: Inside<{ db: Database; clock: HoldMailDeps['clock'] }>,
  organization: Organization,
  id: string,
): Promise<{ connection: Connection; hold: Hold }> {
  const inForce = await selectConnectionInForce(deps.db, organization.id, { lock: true });
  const before = await findPreviousMethod(deps, organization, inForce);
  for (const candidate of [inForce, before?.connection]) {
    // What it follows is confirmed where it is configured.
    if (candidate?.organizationId !== organization.id) continue;
    const connection = await selectConnection(deps.db, organization.id, candidate.id, { lock: true });
    const hold = connection === undefined ? null : readHold(connection);
    if (connection !== undefined && hold?.id === id) return { connection, hold };
  }
  throw new AppError('connection.hold-changed');
}
