import { byName, pageFrom, readCursor } from './cursor.ts';
import type { Handler } from './handler.ts';
import { instant, nameOut } from './present.ts';
import { formatId, parseId } from '../../base/ids.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { RequestContext } from './handler.ts';
import { listManagedOrganizations, readOrganization, stateOfManaged } from '../../organizations/list-organizations.ts';
import {
  changeOrganization,
  createOrganization,
  removeOrganization as remove,
} from '../../organizations/manage-organizations.ts';
import { mayRouteDomains } from '../../domains/route-domains.ts';
import { proposeDomain } from '../../users/find-users.ts';

/** *Managed organizations*. */
export const listOrganizations: Handler<'listOrganizations'> = async ({ deps, caller, query }) => {
  const place = readCursor(byName, query.cursor);
  const { organizations, total } = await listManagedOrganizations(deps, caller, {
    below: query.below === undefined ? undefined : parseId('org', query.below),
    search: query.search,
    method: query.method,
    after: place && { name: place[0], id: place[1] as OrganizationId },
    limit: query.limit + 1,
  });
  return pageFrom(organizations, query.limit, {
    total,
    place: (line) => [line.name, line.id],
    item: (line) => ({
      id: formatId('org', line.id),
      name: line.name,
      managing:
        line.managingOrganizationId === null || line.managingOrganizationName === null
          ? null
          : nameOut(line.managingOrganizationId, line.managingOrganizationName),
      depth: line.depth,
      method: line.method,
      state: stateOfManaged(line),
      failingSince: instant(line.connection?.failingSince ?? null),
      users: line.users,
      lastLoginAt: instant(line.lastLoginAt),
      domainClaims: line.domainClaims,
    }),
  });
};

/** One organization's page. */
export const getOrganization: Handler<'getOrganization'> = async (context) =>
  show(context, parseId('org', context.params.organizationId));

/** *Add organization*. */
export const addOrganization: Handler<'createOrganization'> = async (context) => {
  const { deps, caller, body } = context;
  const managing = body.managingOrganizationId;
  const organization = await createOrganization(deps, caller, {
    name: body.name,
    supportContact: body.supportContact ?? null,
    managingOrganizationId: managing === undefined ? undefined : parseId('org', managing),
  });
  return show(context, organization.id);
};

/** Rename, set the support contact. */
export const editOrganization: Handler<'changeOrganization'> = async (context) => {
  const { deps, caller, params, body } = context;
  const organizationId = parseId('org', params.organizationId);
  await changeOrganization(deps, caller, {
    organizationId,
    version: body.version,
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.supportContact === undefined ? {} : { supportContact: body.supportContact }),
    ...(body.auditNetwork === undefined ? {} : { auditNetwork: body.auditNetwork }),
    ...(body.justInTime === undefined ? {} : { justInTime: body.justInTime }),
    ...(body.unregisteredApplications === undefined ? {} : { unregisteredApplications: body.unregisteredApplications }),
  });
  return show(context, organizationId);
};

/** Remove for good; the applications its people were in are told. */
export const removeOrganization: Handler<'removeOrganization'> = async ({ deps, caller, params, query }) => {
  const organizationId = parseId('org', params.organizationId);
  await remove(deps, caller, { organizationId, confirm: query.confirm });
  return undefined;
};

async function show({ deps, caller }: Pick<RequestContext, 'deps' | 'caller'>, organizationId: OrganizationId) {
  const overview = await readOrganization(deps, caller, { organizationId });
  const { organization, path, counts } = overview;
  const managing = path.find((each) => each.id === organization.managingOrganizationId);
  const id = formatId('org', organization.id);
  return {
    id,
    name: organization.name,
    managing: managing === undefined ? null : nameOut(managing.id, managing.name),
    path: path.map((each) => nameOut(each.id, each.name)),
    depth: organization.depth,
    mayManage: overview.mayManage,
    method: organization.method,
    state: overview.state,
    supportContact: organization.supportContact,
    users: counts.users,
    managedOrganizations: counts.managed,
    applications: counts.applications,
    mayRouteDomains: mayRouteDomains(caller, organization),
    proposedDomain: (await proposeDomain(deps, organization.id)) ?? null,
    loginUrl: new URL(`/login/o/${id}`, deps.config.publicUrl).href,
    suspendedAt: instant(organization.suspendedAt),
    auditNetwork: organization.auditNetwork,
    justInTime: organization.justInTime,
    unregisteredApplications: organization.unregisteredApplications,
    version: organization.version,
    createdAt: organization.createdAt.toISOString(),
  };
}
