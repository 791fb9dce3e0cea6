import type { Connection } from './connection.ts';
import { selectConnectionInForce } from './connection-store.ts';
import { isPilot } from './pilot/pilot.ts';
import { revokeResetLinksOfOrganization } from '../authenticators/ask-for-reset.ts';
import {
  deactivateAuthenticators,
  reactivateAuthenticators,
} from '../authenticators/dormant/deactivate-authenticators.ts';
import type { Clock } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import { asService } from '../db/database.ts';
import type { Database, Transaction } from '../db/database.ts';
import { findFollowers } from '../organizations/change-method.ts';
import { findMethodInForce, findOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';

interface Deps {
  db: Transaction;
  clock: Clock;
}

/**
 * After an organization's method was changed, for it and those that follow it: what people enrolled is reactivated where
 * a password is asked again, and deactivated where a connection is in force that is active already (its own from before,
 * or that of the organization it follows). An unconfirmed one changes nothing until its first login. Part of the
 * change's transaction.
 */
export async function syncAuthenticators(deps: Deps, organization: Organization): Promise<void> {
  const { method, from } = await findMethodInForce(deps, organization);
  const affected = [organization.id, ...(await findFollowers(deps, organization)).map(({ id }) => id)];
  if (method === 'built-in') {
    for (const id of affected) await reactivateAuthenticators(deps, id);
    return;
  }
  // Whether that connection is active does not depend on who asks: its organization may lie above the caller's.
  const connection = await asService(deps.db, async (db) => selectConnectionInForce(db, from.id));
  // In a pilot the others still use theirs.
  if (connection?.state === 'active' && !isPilot(connection)) await deactivateAll(deps, affected);
}

/** After a connection was confirmed: passwords, authenticators and reset links of those who log in by it. */
export async function deactivateBehind(deps: Deps, connection: Connection): Promise<void> {
  await deactivateAll(deps, await findOrganizationsOf(deps, connection));
}

/** The organizations whose people log in through a connection: its own and those that follow it. */
export async function findOrganizationsOf(
  deps: { db: Database },
  { organizationId }: Pick<Connection, 'organizationId'>,
): Promise<OrganizationId[]> {
  const organization = await findOrganization(deps, organizationId);
  if (organization === undefined) return [];
  return [organizationId, ...(await findFollowers(deps, organization)).map(({ id }) => id)];
}

async function deactivateAll(deps: Deps, organizations: readonly OrganizationId[]): Promise<void> {
  for (const organizationId of organizations) {
    await deactivateAuthenticators(deps, organizationId);
    await revokeResetLinksOfOrganization(deps, organizationId);
  }
}
