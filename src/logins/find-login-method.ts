import type { Clock } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import { findLoginMethod } from '../connections/find-login-method.ts';
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
}

/** How an organization logs in; undefined when it does not exist, is suspended (or one above it), or lacks the connection its method needs. */
export async function findUsableMethod(deps: Deps, organizationId: OrganizationId): Promise<UsableMethod | undefined> {
  const organization = await findOrganization(deps, organizationId);
  return organization === undefined ? undefined : findUsableMethodOf(deps, organization);
}

/** As {@link findUsableMethod}, for an organization that was just read. */
export async function findUsableMethodOf(deps: Deps, organization: Organization): Promise<UsableMethod | undefined> {
  if (organization.suspended) return undefined;
  const { current: method, another: previous } = await findLoginMethod(deps, organization);
  return method === null ? undefined : { organization, method, previous };
}

/** Whether a password of ours logs in: the method is built-in, or was until an unconfirmed connection came. */
export function acceptsPassword({ method, previous }: UsableMethod): boolean {
  return method.method === 'built-in' || previous?.method === 'built-in';
}
