import { MAX_DEPTH } from './organization.ts';
import type { Organization } from './organization.ts';
import { may, requireAccess } from './access.ts';
import type { Caller } from './access.ts';
import { selectDomains } from './domain-store.ts';
import type { OrganizationDomain } from './domain-store.ts';
import {
  countManagedOrganizations,
  selectConnectionInForce,
  selectManagedOrganizations,
} from './managed-organization-store.ts';
import type { ManagedOrganization } from './managed-organization-store.ts';
import { methodState } from './method-state.ts';
import type { MethodState } from './method-state.ts';
import { countContents, selectOrganization, selectOrganizations } from './organization-store.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

export type { ManagedOrganization } from './managed-organization-store.ts';

/** What narrows *Managed organizations*. */
export interface ListManaged {
  /** Whose managed organizations; the caller's own when left out. */
  below?: OrganizationId | undefined;
  search?: string | undefined;
  method?: string | undefined;
  after?: { name: string; id: OrganizationId } | undefined;
  limit: number;
}

/**
 * A page of the organizations below one the caller reaches, however deep, by name; and how many there are.
 * @throws organization.not-found, caller.denied
 */
export async function listManagedOrganizations(
  deps: { db: Database },
  caller: Caller,
  input: ListManaged,
): Promise<{ organizations: ManagedOrganization[]; total: number }> {
  const found = await selectOrganization(deps.db, input.below ?? caller.organizationId);
  const above = requireAccess(caller, 'read', found);
  const filter = { ...input, abovePath: above.path };
  return {
    organizations: await selectManagedOrganizations(deps.db, filter),
    total: await countManagedOrganizations(deps.db, filter),
  };
}

/** One organization with what its page shows. */
export interface OrganizationOverview {
  organization: Organization;
  /** From the caller's organization down to this one. */
  path: Organization[];
  state: MethodState;
  counts: { managed: number; users: number; applications: number };
  domains: OrganizationDomain[];
  /** Whether organizations may be created below. */
  mayManage: boolean;
}

/**
 * One organization with what its page shows.
 * @throws organization.not-found, caller.denied
 */
export async function readOrganization(
  deps: { db: Database },
  caller: Caller,
  input: { organizationId: OrganizationId },
): Promise<OrganizationOverview> {
  const organization = requireAccess(caller, 'read', await selectOrganization(deps.db, input.organizationId));
  const ids = organization.path.split('/').filter((part) => part !== '') as OrganizationId[];
  const path = await selectOrganizations(deps.db, ids);
  const counts = await countContents(deps.db, organization.id);
  const connection = await selectConnectionInForce(deps.db, organization.id);
  return {
    organization,
    path: path.filter((each) => each.path.startsWith(caller.organizationPath)).toSorted((a, b) => a.depth - b.depth),
    state: methodState({
      method: organization.method,
      suspended: organization.suspendedAt !== null,
      users: counts.users,
      connection,
    }),
    counts,
    domains: await selectDomains(deps.db, organization.id),
    mayManage: organization.depth < MAX_DEPTH && may(caller, 'edit-organizations', organization.path),
  };
}

/** The state of a line of the list. */
export function stateOfManaged(line: ManagedOrganization): MethodState {
  return methodState({ ...line, suspended: line.suspendedAt !== null });
}
