import { z } from 'zod';
import { route } from '../route.ts';
import {
  confirmation,
  id,
  inOrganization,
  instant,
  organizationName,
  pageOf,
  paging,
  search,
  version,
} from '../wire.ts';

/** What each setting means; one sentence for the reference and for the form of the console. */
const ABOUT = {
  audience:
    'The identifier of the API: the URI that applications send as `resource` and that its access tokens carry as `aud`. Cannot be changed.',
  name: 'Shown to people who are asked for consent.',
  tokenFormat:
    'jwt: signed (RFC 9068), the API checks it by itself; it cannot be revoked, so it lives shortly. opaque: the API asks for each token (introspection); it ends at once with the rights it stands for.',
  signingAlgorithm: 'What its signed access tokens are signed with. RS256 is taken by all software.',
  tokenLifetime: 'How long an access token lives, in seconds.',
  scopes: 'What may be done there, each with the sentence that a person reads who is asked for consent.',
  unregisteredApplications:
    'Weaker: applications that nobody registered may ask for all scopes of this API, for people of this organization and those below, who allow it themselves.',
  allowed: 'The scopes the application may ask for; empty: it may not use this API.',
} as const;

const scopeName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$/)
  .meta({ example: 'orders:read' });
const apiScope = z
  .strictObject({
    scope: scopeName,
    description: z.string().trim().min(1).max(120).meta({ example: 'Read your orders' }),
  })
  .meta({ id: 'ApiScope' });
const audience = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .describe(ABOUT.audience)
  .meta({ example: 'https://orders.northwind.example/api' });
const name = z.string().trim().min(1).max(120).describe(ABOUT.name).meta({ example: 'Orders' });
const tokenFormat = z.enum(['jwt', 'opaque']).describe(ABOUT.tokenFormat);
const signingAlgorithm = z.enum(['RS256', 'ES256']).describe(ABOUT.signingAlgorithm);
const tokenLifetime = z.int().min(60).max(3600).describe(ABOUT.tokenLifetime);
const unregisteredApplications = z.boolean().describe(ABOUT.unregisteredApplications);
const scopes = z.array(apiScope).max(100).describe(ABOUT.scopes);

const apiResource = z
  .object({
    id,
    audience,
    name,
    organization: organizationName.describe('Its owner.'),
    tokenFormat,
    signingAlgorithm,
    tokenLifetime,
    scopes,
    unregisteredApplications,
    version,
    createdAt: instant,
  })
  .meta({ id: 'ApiResource' });
export type ApiResource = z.infer<typeof apiResource>;

const withApplications = apiResource
  .extend({
    applications: z
      .array(z.object({ id, name: z.string(), scopes: z.array(scopeName) }))
      .describe('The applications that may use it, and with which scopes.'),
  })
  .meta({ id: 'ApiResourceWithApplications' });

const allowedResources = z
  .object({
    items: z.array(z.object({ id, name, audience, scopes: z.array(scopeName).describe(ABOUT.allowed) })),
  })
  .meta({ id: 'AllowedApiResources' });

const settings = {
  name,
  tokenFormat: tokenFormat.default('jwt'),
  signingAlgorithm: signingAlgorithm.default('RS256'),
  tokenLifetime: tokenLifetime.default(600),
  scopes,
  unregisteredApplications: unregisteredApplications.default(false),
};
const ofResource = z.strictObject({ organizationId: id, apiResourceId: id });
const ofApplication = z.strictObject({ organizationId: id, applicationId: id });

export const apiResourceRoutes = {
  listApiResources: route('GET', '/organizations/{organizationId}/api-resources', {
    summary: 'API resources of an organization, by name',
    params: inOrganization,
    query: z.strictObject({ ...paging, search }),
    output: pageOf(apiResource, 'ApiResources'),
  }),
  makeApiResource: route('POST', '/organizations/{organizationId}/api-resources', {
    summary: 'Make an API resource; no application may use it until it is allowed a scope',
    params: inOrganization,
    body: z.strictObject({ ...settings, audience }).meta({ id: 'ApiResourceToMake' }),
    output: apiResource,
    creates: true,
    freshFactor: true,
  }),
  getApiResource: route('GET', '/organizations/{organizationId}/api-resources/{apiResourceId}', {
    summary: 'One API resource, with the applications that may use it',
    params: ofResource,
    output: withApplications,
  }),
  changeApiResource: route('PUT', '/organizations/{organizationId}/api-resources/{apiResourceId}', {
    summary: 'Change an API resource; a scope that goes is taken from every application',
    params: ofResource,
    body: z.strictObject({ ...settings, version }).meta({ id: 'ApiResourceChange' }),
    output: apiResource,
    freshFactor: true,
  }),
  removeApiResource: route('DELETE', '/organizations/{organizationId}/api-resources/{apiResourceId}', {
    summary: 'Remove an API resource for good',
    params: ofResource,
    query: z.strictObject({ confirm: confirmation }),
    freshFactor: true,
  }),
  listAllowedResources: route('GET', '/organizations/{organizationId}/applications/{applicationId}/api-resources', {
    summary: 'The API resources an application may use, and with which scopes',
    params: ofApplication,
    output: allowedResources,
  }),
  allowScopes: route(
    'PUT',
    '/organizations/{organizationId}/applications/{applicationId}/api-resources/{apiResourceId}',
    {
      summary: 'Which scopes of an API resource an application of the same owner may ask for',
      params: z.strictObject({ organizationId: id, applicationId: id, apiResourceId: id }),
      body: z.strictObject({ scopes: z.array(scopeName).max(100).describe(ABOUT.allowed) }),
      output: allowedResources,
      freshFactor: true,
    },
  ),
};
