import type { Connection } from './connection.ts';
import { selectConnectionInForce, selectPreviousConnection } from './connection-store.ts';
import type { Clock } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import { findMethodInForce } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';

/** One way in: the built-in method, or a connection. */
export type Way = { method: 'built-in' } | { method: 'entra-id' | 'openid-connect'; connection: Connection };

/** How the people of an organization log in now. */
export interface WayIn {
  /** Null when the method needs a connection and there is none: nobody gets in that way. */
  way: Way | null;
  /** Whose method and connection this is; the organization itself unless it follows its managing one. */
  from: Organization;
  /** While the connection is unconfirmed, and at most 14 days: the method before, for *Try another way*. */
  another: Way | null;
}

/** The method in force of an organization, with the connection it uses. */
export async function findWayIn(deps: { db: Database; clock: Clock }, organization: Organization): Promise<WayIn> {
  const { method, from } = await findMethodInForce(deps, organization);
  if (method === 'built-in') return { way: { method }, from, another: null };
  const connection = await selectConnectionInForce(deps.db, from.id);
  if (connection?.method !== method) return { way: null, from, another: null };
  const open = connection.state === 'unconfirmed' && (connection.unconfirmedUntil ?? new Date(0)) > deps.clock.now();
  return { way: { method, connection }, from, another: open ? await previousWay(deps, from) : null };
}

/** The way that was in force before; null when there is none to return to. */
export async function previousWay(
  deps: { db: Database; clock: Clock },
  organization: Organization,
): Promise<Way | null> {
  const { previousMethod } = organization;
  if (previousMethod === 'built-in') return { method: 'built-in' };
  if (previousMethod === null) return null;
  if (previousMethod === 'same-as-managing') {
    const followed = await findMethodInForce(deps, { ...organization, method: 'same-as-managing' });
    if (followed.method === 'built-in') return { method: 'built-in' };
    const theirs = await selectConnectionInForce(deps.db, followed.from.id);
    return theirs === undefined ? null : { method: theirs.method, connection: theirs };
  }
  const connection = await selectPreviousConnection(deps.db, organization.id, deps.clock.now());
  return connection?.method === previousMethod ? { method: connection.method, connection } : null;
}

/** The connection in force of an organization itself, not one it follows. */
export async function findConnectionInForce(
  deps: { db: Database },
  organizationId: OrganizationId,
): Promise<Connection | undefined> {
  return selectConnectionInForce(deps.db, organizationId);
}
