import { byName, pageFrom, readCursor } from './cursor.ts';
import type { Handler } from './handler.ts';
import { instant, nameOut } from './present.ts';
import {
  allowScopes as allow,
  listAllowedResources as listAllowed,
} from '../../applications/resources/allow-scopes.ts';
import type { AllowedResource, ApiResource } from '../../applications/resources/api-resource.ts';
import {
  changeApiResource as change,
  listApiResources as list,
  makeApiResource as make,
  readApiResource,
  removeApiResource as remove,
} from '../../applications/resources/manage-api-resources.ts';
import { formatId, parseId } from '../../base/ids.ts';
import type { ApiResourceId } from '../../base/ids.ts';

/** API resources of an organization. */
export const listApiResources: Handler<'listApiResources'> = async ({ deps, caller, params, query }) => {
  const place = readCursor(byName, query.cursor);
  const rows = await list(deps, caller, {
    organizationId: parseId('org', params.organizationId),
    search: query.search,
    after: place && { name: place[0], id: place[1] as ApiResourceId },
    limit: query.limit + 1,
  });
  return pageFrom(rows, query.limit, { total: null, place: ({ name, id }) => [name, id], item: out });
};

/** Make. */
export const makeApiResource: Handler<'makeApiResource'> = async ({ deps, caller, params, body }) =>
  out(await make(deps, caller, { ...body, organizationId: parseId('org', params.organizationId) }));

/** One of them, with the applications that may use it. */
export const getApiResource: Handler<'getApiResource'> = async ({ deps, caller, params }) => {
  const { resource, applications } = await readApiResource(deps, caller, which(params));
  return { ...out(resource), applications: applications.map((each) => ({ ...each, id: formatId('app', each.id) })) };
};

/** Change. */
export const changeApiResource: Handler<'changeApiResource'> = async ({ deps, caller, params, body }) =>
  out(await change(deps, caller, { ...body, ...which(params) }));

/** Remove for good. */
export const removeApiResource: Handler<'removeApiResource'> = async ({ deps, caller, params, query }) => {
  await remove(deps, caller, { ...which(params), confirm: query.confirm });
  return undefined;
};

/** What an application may use. */
export const listAllowedResources: Handler<'listAllowedResources'> = async ({ deps, caller, params }) =>
  allowedOut(
    await listAllowed(deps, caller, {
      organizationId: parseId('org', params.organizationId),
      applicationId: parseId('app', params.applicationId),
    }),
  );

/** Which scopes of one it may ask for. */
export const allowScopes: Handler<'allowScopes'> = async ({ deps, caller, params, body }) => {
  const applicationId = parseId('app', params.applicationId);
  return allowedOut(await allow(deps, caller, { ...which(params), applicationId, scopes: body.scopes }));
};

function which(params: { organizationId: string; apiResourceId: string }) {
  return {
    organizationId: parseId('org', params.organizationId),
    apiResourceId: parseId('api', params.apiResourceId),
  };
}

function out(resource: ApiResource) {
  const { id, organizationId, ownerName, createdAt, ...rest } = resource;
  return {
    ...rest,
    id: formatId('api', id),
    organization: nameOut(organizationId, ownerName),
    createdAt: instant(createdAt),
  };
}

function allowedOut(allowed: AllowedResource[]) {
  return { items: allowed.map((each) => ({ ...each, id: formatId('api', each.id) })) };
}
