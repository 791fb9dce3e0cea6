import type { Clock } from '../base/clock.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import { isWhole } from '../connections/facts/method-facts.ts';
import type { MethodFacts } from '../connections/facts/method-facts.ts';
import { findLoginMethod, loginMethodOf } from '../connections/find-login-method.ts';
import type { LoginMethod } from '../connections/find-login-method.ts';
import type { Database } from '../db/database.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';

export type { LoginMethod };

interface Deps {
  db: Database;
  clock: Clock;
}

/** How an organization's people log in at this moment. */
export interface UsableMethod {
  organization: Organization;
  method: LoginMethod;
  /** The method before, while a connection is unconfirmed: *Try another way*. */
  previous: LoginMethod | null;
  /** Whether the person is in the organization's pilot; null where there is none. */
  pilot: 'inside' | 'outside' | null;
}

/**
 * How a person of an organization logs in; undefined when it does not exist, is suspended (or one above it), or lacks the connection its method needs.
 * @param userId null for somebody without an account, or not known yet
 */
export async function findUsableMethod(
  deps: Deps,
  organizationId: OrganizationId,
  userId: UserId | null,
): Promise<UsableMethod | undefined> {
  const organization = await findOrganization(deps, organizationId);
  return organization === undefined ? undefined : findUsableMethodOf(deps, organization, userId);
}

/** As {@link findUsableMethod}, for an organization that was just read. */
export async function findUsableMethodOf(
  deps: Deps,
  organization: Organization,
  userId: UserId | null,
): Promise<UsableMethod | undefined> {
  if (organization.suspended) return undefined;
  const { current: method, another: previous, pilot } = await findLoginMethod(deps, organization, userId);
  return method === null ? undefined : { organization, method, previous, pilot };
}

/** As {@link findUsableMethod}, by what this request read of the organization; undefined where that is not there. */
export async function usableMethodOf(
  deps: Deps,
  facts: MethodFacts | undefined,
  userId: UserId | null,
): Promise<UsableMethod | undefined> {
  if (facts === undefined) return undefined;
  const [{ organization }] = facts;
  // An administrator's own transaction does not reach the organization above.
  if (!isWhole(facts)) return findUsableMethodOf(deps, organization, userId);
  if (organization.suspended) return undefined;
  const { current: method, another: previous, pilot } = await loginMethodOf(facts, userId, deps.clock.now());
  return method === null ? undefined : { organization, method, previous, pilot };
}

/** Whether a password of ours logs in: the method is built-in, or was until an unconfirmed connection came. */
export function acceptsPassword({ method, previous }: UsableMethod): boolean {
  return method.method === 'built-in' || previous?.method === 'built-in';
}
