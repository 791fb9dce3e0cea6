import { isDeepStrictEqual } from 'node:util';
import { changeFacts, readHold } from './hold.ts';
import type { StoredHold } from './hold.ts';
import { mailHeld } from './mail-hold.ts';
import type { HoldMailDeps } from './mail-hold.ts';
import type { Connection } from '../connection.ts';
import { selectConnectionInForce, updateHold } from '../connection-store.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import type { Transaction } from '../../db/database.ts';

export type HoldDeps = HoldMailDeps;

/**
 * Holds a connection: from now on nobody is sent to its provider, and no login through it succeeds. Administrators of the
 * organization and of the one above are told by mail. One that is held already keeps the newest finding.
 */
export async function holdConnection(
  deps: HoldDeps & { db: Transaction },
  connection: Connection,
  found: StoredHold,
): Promise<void> {
  const current = await lockSame(deps, connection);
  if (current === undefined) return;
  const before = readHold(current);
  await updateHold(deps.db, current, { heldSince: before?.since ?? deps.clock.now(), hold: found });
  if (before !== null && isDeepStrictEqual(before.changes, found.changes)) return;
  const { organizationId, issuer } = current;
  await recordEvent(deps, {
    organizationId,
    kind: 'connection.held',
    actor: SERVICE,
    details: { changes: changeFacts(found.changes), issuer },
  });
  const organization = await findOrganization(deps, organizationId);
  if (organization !== undefined) await mailHeld(deps, organization, current, found);
}

/** Ends the hold of a connection whose provider is again as it is stored: nothing new is believed by that. */
export async function endHold(deps: HoldDeps & { db: Transaction }, connection: Connection): Promise<void> {
  if (connection.heldSince === null) return;
  const current = await lockSame(deps, connection);
  if (current === undefined || current.heldSince === null) return;
  await updateHold(deps.db, current, { heldSince: null, hold: null });
  await recordEvent(deps, {
    organizationId: current.organizationId,
    kind: 'connection.hold-ended',
    actor: SERVICE,
    details: { issuer: current.issuer },
  });
}

/** The connection in force, locked, unless it was changed since it was read. */
async function lockSame(deps: { db: Transaction }, { organizationId, id, version }: Connection) {
  const current = await selectConnectionInForce(deps.db, organizationId, { lock: true });
  return current?.id === id && current.version === version ? current : undefined;
}
