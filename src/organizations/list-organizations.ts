import { isFederated, MAX_DEPTH } from './organization.ts';
import type { Organization } from './organization.ts';
import { may, requireAccess } from './access.ts';
import type { Caller } from './access.ts';
import {
  countBelow,
  countManagedOrganizations,
  selectFoundOrganizations,
  selectManagedOrganizations,
  selectMethods,
} from './managed-organization-store.ts';
import type { ManagedOrganization } from './managed-organization-store.ts';
import { methodState } from './method-state.ts';
import type { MethodState } from './method-state.ts';
import { countContents, selectOrganization, selectOrganizations } from './organization-store.ts';
import type { OrganizationId } from '../base/ids.ts';
import { asService, isInside } from '../db/database.ts';
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
 * A page of the organizations below one the caller reaches, however deep, by name; and how many there are, null
 * where counting would cost too much.
 * @throws organization.not-found, caller.denied
 */
export async function listManagedOrganizations(
  deps: { db: Database },
  caller: Caller,
  input: ListManaged,
): Promise<{ organizations: ManagedOrganization[]; total: number | null }> {
  const asked = await selectOrganization(deps.db, input.below ?? caller.organizationId);
  const above = requireAccess(caller, 'read', asked);
  const filter = { ...input, abovePath: above.path };
  const { search = '' } = input;
  // Its ids alone, with the service's rights: what of them the caller reaches is decided below, once and not for each term.
  const find = async (db: Database) => selectFoundOrganizations(db, search);
  const found = search === '' ? undefined : await (isInside(deps) ? asService(deps.db, find) : find(deps.db));
  return {
    organizations: await withConnectionsInForce(deps, await selectManagedOrganizations(deps.db, filter, found)),
    total: await countManagedOrganizations(deps.db, filter, found),
  };
}

/**
 * How many organizations there are below one, however deep, with `search` as a part of their names. Counted with the service's rights once the caller is found to reach
 * that one, and with it all below: row-level security would ask the same of each again.
 * @throws organization.not-found, caller.denied
 */
export async function countManaged(
  deps: { db: Database },
  caller: Caller,
  above: Organization,
  search?: string,
): Promise<number> {
  const { path } = requireAccess(caller, 'read', above);
  const count = async (db: Database): Promise<number> => countBelow(db, path, search);
  return isInside(deps) ? asService(deps.db, count) : count(deps.db);
}

/** One organization with what its page shows. */
export interface OrganizationOverview {
  organization: Organization;
  /** From the caller's organization down to this one. */
  path: Organization[];
  state: MethodState;
  counts: { managed: number; users: number; applications: number };
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
  const [own] = await selectMethods(deps.db, [organization.id]);
  const [inForce] = await withConnectionsInForce(deps, [{ ...organization, connection: own?.connection ?? null }]);
  return {
    organization,
    path: path.filter((each) => each.path.startsWith(caller.organizationPath)).toSorted((a, b) => a.depth - b.depth),
    state: methodState({
      method: organization.method,
      suspended: organization.suspendedAt !== null,
      users: counts.users,
      connection: inForce?.connection ?? null,
    }),
    counts,
    mayManage: organization.depth < MAX_DEPTH && may(caller, 'edit-organizations', organization.path),
  };
}

/**
 * The organizations, those that follow a managing one with its connection: what keeps its people out keeps theirs out.
 * With the service's rights where the caller does not reach that one, as in `findMethodInForce`.
 */
async function withConnectionsInForce<O extends Pick<ManagedOrganization, 'method' | 'path' | 'connection'>>(
  deps: { db: Database },
  organizations: O[],
): Promise<O[]> {
  const follows = ({ method }: Pick<O, 'method'>): boolean => method === 'same-as-managing';
  const idsOf = ({ path }: O): OrganizationId[] => path.split('/').filter((id) => id !== '') as OrganizationId[];
  const ids = [...new Set(organizations.filter(follows).flatMap(idsOf))];
  if (ids.length === 0) return organizations;
  const found = isInside(deps)
    ? await asService(deps.db, async (db) => selectMethods(db, ids))
    : await selectMethods(deps.db, ids);
  const methods = new Map(found.map((each) => [each.id, each]));
  return organizations.map((each) => {
    if (!follows(each)) return each;
    const from = idsOf(each)
      .map((id) => methods.get(id))
      .findLast((above) => above !== undefined && above.method !== 'same-as-managing');
    return { ...each, connection: from !== undefined && isFederated(from.method) ? from.connection : null };
  });
}

/** The state of a line of the list. */
export function stateOfManaged(line: ManagedOrganization): MethodState {
  return methodState({ ...line, suspended: line.suspendedAt !== null });
}
