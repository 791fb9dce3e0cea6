import type { Connection } from './connection.ts';
import { selectConnectionInForce, selectPreviousConnection } from './connection-store.ts';
import { rowsOf } from './facts/method-facts.ts';
import type { MethodFacts, MethodRows } from './facts/method-facts.ts';
import { holdsFor, isPilot } from './pilot/pilot.ts';
import type { Clock } from '../base/clock.ts';
import type { FederatedMethod } from '../base/federated-method.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import { findAbove, followMethod } from '../organizations/find-organization.ts';
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
  /** Whether the connection holds for this person, where it is a pilot; null where it holds for everybody. */
  pilot: 'inside' | 'outside' | null;
}

/**
 * The method in force for a person of an organization, with the connection it uses: the one place that decides it. Who is
 * outside of a pilot has the method before.
 * @param userId null for somebody without an account, or not known yet; `anybody`: what holds for some of its people
 */
export async function findLoginMethod(
  deps: { db: Database; clock: Clock },
  organization: Organization,
  userId: UserId | null | 'anybody',
): Promise<LoginMethods> {
  return decideLoginMethod(organization, userId, deps.clock.now(), storedRows(deps));
}

/** As {@link findLoginMethod}, by what this request read already. */
export async function loginMethodOf(
  facts: MethodFacts,
  userId: UserId | null | 'anybody',
  now: Date,
): Promise<LoginMethods> {
  return decideLoginMethod(facts[0].organization, userId, now, rowsOf(facts));
}

function storedRows(deps: { db: Database }): MethodRows {
  return {
    above: async (id) => findAbove(deps, id),
    inForce: async (id) => selectConnectionInForce(deps.db, id),
    previous: async (id, at) => selectPreviousConnection(deps.db, id, at),
  };
}

async function decideLoginMethod(
  organization: Organization,
  userId: UserId | null | 'anybody',
  now: Date,
  rows: MethodRows,
): Promise<LoginMethods> {
  const { method, from } = await followMethod(organization, rows.above);
  if (method === 'built-in') return { current: BUILT_IN, from, another: null, pilot: null };
  const connection = await rows.inForce(from.id);
  if (connection?.method !== method) return { current: null, from, another: null, pilot: null };
  if (userId !== 'anybody' && !holdsFor(connection, userId)) {
    const current = await previousMethod(from, connection, now, rows);
    return { current, from, another: null, pilot: 'outside' };
  }
  const unconfirmed = connection.state === 'unconfirmed' && (connection.unconfirmedUntil ?? new Date(0)) > now;
  const open = unconfirmed || (userId === 'anybody' && isPilot(connection));
  const another = open ? await previousMethod(from, connection, now, rows) : null;
  return { current: { method, connection }, from, another, pilot: isPilot(connection) ? 'inside' : null };
}

/**
 * The method that was in force before; null when there is none to return to.
 * @param inForce while it is a pilot the method before is kept, however long that lasts
 */
export async function findPreviousMethod(
  deps: { db: Database; clock: Clock },
  organization: Organization,
  inForce: Connection | undefined,
): Promise<LoginMethod | null> {
  return previousMethod(organization, inForce, deps.clock.now(), storedRows(deps));
}

async function previousMethod(
  organization: Organization,
  inForce: Connection | undefined,
  now: Date,
  rows: MethodRows,
): Promise<LoginMethod | null> {
  const at = inForce !== undefined && isPilot(inForce) ? inForce.configuredAt : now;
  const { previousMethod } = organization;
  if (previousMethod === 'built-in') return BUILT_IN;
  if (previousMethod === 'same-as-managing') {
    const followed = await followMethod({ ...organization, method: 'same-as-managing' }, rows.above);
    if (followed.method === 'built-in') return BUILT_IN;
    const theirs = await rows.inForce(followed.from.id);
    return theirs === undefined ? null : { method: theirs.method, connection: theirs };
  }
  const connection = await rows.previous(organization.id, at);
  return connection?.method === previousMethod ? { method: connection.method, connection } : null;
}

/** The connection in force of an organization itself, not one it follows. */
export async function findConnectionInForce(
  deps: { db: Database },
  organizationId: OrganizationId,
): Promise<Connection | undefined> {
  return selectConnectionInForce(deps.db, organizationId);
}
