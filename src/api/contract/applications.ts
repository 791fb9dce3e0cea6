import { z } from 'zod';
import { route } from './route.ts';
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
} from './wire.ts';

const uri = z.string().trim().min(1).max(2000);
const uris = z.array(uri).max(50);

export const application = z
  .object({
    id,
    clientId: z.string(),
    name: z.string(),
    organization: organizationName.describe('Its owner.'),
    kind: z.enum(['web', 'browser', 'native']),
    firstParty: z.boolean().describe('No consent asked; set by administrators of the root alone.'),
    redirectUris: uris,
    postLogoutRedirectUris: uris,
    initiateLoginUri: z.string().nullable(),
    backchannelLogoutUri: z.string().nullable(),
    clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']),
    signingAlgorithm: z.enum(['ES256', 'RS256']),
    refreshTokens: z.boolean(),
    offline: z.boolean().describe('Refresh tokens may outlive the session. Weaker.'),
    unprovenAddresses: z.boolean().describe('Gets email claims that nobody proved. Weaker.'),
    /** Narrowed to these and those below; empty: the owner and all below. */
    access: z.array(organizationName),
    version,
    createdAt: instant,
  })
  .meta({ id: 'Application' });
export type Application = z.infer<typeof application>;

const settings = {
  name: z.string().trim().min(1).max(120),
  redirectUris: uris
    .min(1)
    .describe('https, or http on a loopback address; compared exactly. Native: own schemes, too.'),
  postLogoutRedirectUris: uris.optional(),
  initiateLoginUri: uri.nullable().optional(),
  backchannelLogoutUri: uri.nullable().optional(),
  signingAlgorithm: z.enum(['ES256', 'RS256']).optional(),
  refreshTokens: z.boolean().optional(),
  offline: z.boolean().optional(),
  unprovenAddresses: z.boolean().optional(),
  firstParty: z.boolean().optional(),
  access: z.array(id).max(200).optional(),
};

const applicationToRegister = z
  .strictObject({
    ...settings,
    kind: z.enum(['web', 'browser', 'native']),
    clientAuthentication: z
      .enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt'])
      .optional()
      .describe('For kind web; browser and native ones are public clients.'),
    jwks: z
      .looseObject({ keys: z.array(z.looseObject({})).max(10) })
      .optional()
      .describe('For private_key_jwt.'),
  })
  .meta({ id: 'ApplicationToRegister' });

const applicationChange = z
  .strictObject({
    ...settings,
    name: settings.name.optional(),
    redirectUris: settings.redirectUris.optional(),
    version,
  })
  .meta({ id: 'ApplicationChange' });

const ofApplication = z.strictObject({ organizationId: id, applicationId: id });
const withSecret = z
  .object({ application, clientSecret: z.string().nullable().describe('Shown this once.') })
  .meta({ id: 'ApplicationWithSecret' });

export const applicationRoutes = {
  listApplications: route('GET', '/organizations/{organizationId}/applications', {
    summary: 'Applications an organization owns, by name',
    params: inOrganization,
    query: z.strictObject({ ...paging, search }),
    output: pageOf(application, 'Applications'),
  }),
  registerApplication: route('POST', '/organizations/{organizationId}/applications', {
    summary: 'Register an application; the client secret is in this answer and nowhere else',
    params: inOrganization,
    body: applicationToRegister,
    output: withSecret,
    creates: true,
    freshFactor: true,
  }),
  getApplication: route('GET', '/organizations/{organizationId}/applications/{applicationId}', {
    summary: 'One application',
    params: ofApplication,
    output: application,
  }),
  changeApplication: route('PATCH', '/organizations/{organizationId}/applications/{applicationId}', {
    summary: 'Change an application; changed redirect URIs are mailed to administrators',
    params: ofApplication,
    body: applicationChange,
    output: application,
    freshFactor: true,
  }),
  rotateSecret: route('POST', '/organizations/{organizationId}/applications/{applicationId}/rotate-secret', {
    summary: 'A new client secret, shown once; the old one is void at once',
    params: ofApplication,
    output: withSecret,
    creates: true,
    freshFactor: true,
  }),
  removeApplication: route('DELETE', '/organizations/{organizationId}/applications/{applicationId}', {
    summary: 'Remove an application for good',
    params: ofApplication,
    query: z.strictObject({ confirm: confirmation }),
    freshFactor: true,
  }),
};
