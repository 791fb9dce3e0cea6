import type { Connection } from './connection.ts';
import { selectConnectionInForce, selectPreviousConnection } from './connection-store.ts';
import type { Clock } from '../base/clock.ts';
import type { FederatedMethod } from '../base/federated-method.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import { findMethodInForce } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';

/** A method people log in by: the built-in one, or a connection. */
export type LoginMethod =
  | { method: 'built-in'; connection: null }
  | { method: FederatedMethod; connection: Connection };

const BUILT_IN: LoginMethod = { method: 'built-in', connection: null };

/** How the people of an organization log in now. */
export interface LoginMethods {
  /** Null when the method needs a connection and there is none: nobody can log in by it. */
  current: LoginMethod | null;
  /** Whose method and connection this is; the organization itself unless it follows its managing one. */
  from: Organization;
  /** While the connection is unconfirmed, and at most 14 days: the method before, for *Try another way*. */
  another: LoginMethod | null;
}

/** The method in force of an organization, with the connection it uses. */
export async function findLoginMethod(
  deps: { db: Database; clock: Clock },
  organization: Organization,
): Promise<LoginMethods> {
  const { method, from } = await findMethodInForce(deps, organization);
  if (method === 'built-in') return { current: BUILT_IN, from, another: null };
  const connection = await selectConnectionInForce(deps.db, from.id);
  if (connection?.method !== method) return { current: null, from, another: null };
  const open = connection.state === 'unconfirmed' && (connection.unconfirmedUntil ?? new Date(0)) > deps.clock.now();
  return { current: { method, connection }, from, another: open ? await findPreviousMethod(deps, from) : null };
}

/** The method that was in force before; null when there is none to return to. */
export async function findPreviousMethod(
  deps: { db: Database; clock: Clock },
  organization: Organization,
): Promise<LoginMethod | null> {
  const { previousMethod } = organization;
  if (previousMethod === 'built-in') return BUILT_IN;
  if (previousMethod === 'same-as-managing') {
    const followed = await findMethodInForce(deps, { ...organization, method: 'same-as-managing' });
    if (followed.method === 'built-in') return BUILT_IN;
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
