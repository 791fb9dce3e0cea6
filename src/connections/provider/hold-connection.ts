import { isDeepStrictEqual } from 'node:util';
import { changeFacts, readHold } from './hold.ts';
import type { StoredHold } from './hold.ts';
import { mailHeld } from './mail-hold.ts';
import type { HoldMailDeps } from './mail-hold.ts';
import type { Connection } from '../connection.ts';
import { isInUse } from './reading-store.ts';
import { selectConnection, updateHold } from '../connection-store.ts';
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

/** The connection, locked, unless it was changed since it was read, or nobody can log in by it any more. */
async function lockSame(
  deps: HoldDeps & { db: Transaction },
  { organizationId, id, version }: Connection,
): Promise<Connection | undefined> {
  const current = await selectConnection(deps.db, organizationId, id, { lock: true });
  if (current?.version !== version) return undefined;
  return (await isInUse(deps.db, current, deps.clock.now())) ? current : undefined;
}
