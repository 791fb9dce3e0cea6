import { selectConnectionInForce, updateConnection } from '../connection-store.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Transaction } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

/**
 * Switches whether people who log out here are sent to the identity provider, too. Sessions made before have kept nothing to
 * tell the provider by: there it asks which account to log out of.
 * @param input.version of the connection in force, as read
 * @throws organization.not-found, caller.denied, caller.stale-factor, connection.not-found, version.conflict
 */
export async function switchProviderLogout(
  deps: { db: Transaction; clock: Clock },
  caller: Caller,
  input: { organizationId: OrganizationId; atProvider: boolean; version: number },
): Promise<void> {
  requireFreshFactor(caller, deps.clock.now());
  const found = await findOrganization(deps, input.organizationId);
  const { id: organizationId } = requireAccess(caller, 'edit-authentication', found);
  const connection = await selectConnectionInForce(deps.db, organizationId, { lock: true });
  if (connection === undefined) throw new AppError('connection.not-found');
  if (connection.version !== input.version) throw new AppError('version.conflict');
  const { providerLogout: before } = connection;
  if (before === input.atProvider) return;
  await updateConnection(deps.db, connection, { providerLogout: input.atProvider });
  await recordEvent(deps, {
    organizationId,
    kind: 'connection.logout-changed',
    actor: actorOf(caller),
    details: { before, after: input.atProvider },
  });
}
