import {
  selectOrganization,
  selectOrganizationLocked,
  selectOrganizations,
  selectRootOrganization,
} from './organization-store.ts';
import type { Method, Organization } from './organization.ts';
import type { OrganizationId } from '../base/ids.ts';
import { asService, isInside } from '../db/database.ts';
import type { Database } from '../db/database.ts';

/** One organization by id. */
export async function findOrganization(deps: { db: Database }, id: OrganizationId): Promise<Organization | undefined> {
  return selectOrganization(deps.db, id);
}

/**
 * One organization by id, kept from being removed until the transaction ends: what is written into it finds it still
 * there. The first lock of a transaction (docs/decisions/0014).
 */
export async function keepOrganization(deps: { db: Database }, id: OrganizationId): Promise<Organization | undefined> {
  return selectOrganizationLocked(deps.db, id, 'key share');
}

/** The root organization; undefined before setup. */
export async function findRootOrganization(deps: { db: Database }): Promise<Organization | undefined> {
  return selectRootOrganization(deps.db);
}

/** As {@link keepOrganization}, several; unknown ids are left out. */
export async function keepOrganizations(
  deps: { db: Database },
  ids: readonly OrganizationId[],
): Promise<Map<OrganizationId, Organization>> {
  const kept = new Map<OrganizationId, Organization>();
  for (const id of ids.toSorted()) {
    const organization = await keepOrganization(deps, id);
    if (organization !== undefined) kept.set(id, organization);
  }
  return kept;
}

/** Several organizations by id; unknown ids are left out. */
export async function findOrganizations(
  deps: { db: Database },
  ids: readonly OrganizationId[],
): Promise<Map<OrganizationId, Organization>> {
  const found = await selectOrganizations(deps.db, ids);
  return new Map(found.map((organization) => [organization.id, organization]));
}

/** The organization whose method and connection hold for another: itself, or the managing one it follows. */
export interface MethodInForce {
  method: Exclude<Method, 'same-as-managing'>;
  /** Whose connection is used; users and identities stay those of the organization asked for. */
  from: Organization;
}

/** The method in force for an organization: `same-as-managing` is followed upward. The root never follows anybody. */
export async function findMethodInForce(deps: { db: Database }, organization: Organization): Promise<MethodInForce> {
  return followMethod(organization, async (id) => findAbove(deps, id));
}

/** As {@link findMethodInForce}. @param above reads an organization above, as {@link findAbove} */
export async function followMethod(
  organization: Organization,
  above: (id: OrganizationId) => Promise<Organization | undefined>,
): Promise<MethodInForce> {
  let from = organization;
  while (from.method === 'same-as-managing' && from.managingOrganizationId !== null) {
    const managing = await above(from.managingOrganizationId);
    if (managing === undefined) break;
    from = managing;
  }
  return { method: from.method === 'same-as-managing' ? 'built-in' : from.method, from };
}

/** The organization above one that follows it: with the service's rights, an administrator of the one below may not reach it. */
export async function findAbove(deps: { db: Database }, id: OrganizationId): Promise<Organization | undefined> {
  return (
    (await selectOrganization(deps.db, id)) ??
    (isInside(deps) ? await asService(deps.db, async (db) => selectOrganization(db, id)) : undefined)
  );
}
