import { z } from 'zod';
import { route } from '../route.ts';
import { id, inOrganization, instant } from '../wire.ts';

const unregisteredApplication = z
  .object({
    id,
    clientId: z.string().describe('The URL of the document that describes it.'),
    host: z.string().describe('Of that URL: all that is known of who stands behind it.'),
    name: z.string().describe('What it calls itself; nobody checked it.'),
    firstUsedAt: instant,
    lastUsedAt: instant.describe('When somebody of the organization last logged in to it.'),
    blockedAt: instant.nullable(),
  })
  .meta({ id: 'UnregisteredApplication' });
export type UnregisteredApplication = z.infer<typeof unregisteredApplication>;

const which = z.strictObject({ organizationId: id, applicationId: id });

export const unregisteredApplicationRoutes = {
  listUnregisteredApplications: route('GET', '/organizations/{organizationId}/unregistered-applications', {
    summary: 'Applications that nobody registered and that people of an organization have used, the last used first',
    params: inOrganization,
    output: z.object({ items: z.array(unregisteredApplication) }).meta({ id: 'UnregisteredApplications' }),
  }),
  blockUnregisteredApplication: route(
    'PATCH',
    '/organizations/{organizationId}/unregistered-applications/{applicationId}',
    {
      summary: 'Block one for an organization, or lift that; blocked, its tokens for people there hold no longer',
      params: which,
      body: z.strictObject({ blocked: z.boolean() }).meta({ id: 'UnregisteredApplicationChange' }),
      output: unregisteredApplication,
      freshFactor: true,
    },
  ),
  removeUnregisteredApplication: route(
    'DELETE',
    '/organizations/{organizationId}/unregistered-applications/{applicationId}',
    {
      summary: 'Forget one for an organization: what its people allowed it is withdrawn, its tokens end',
      params: which,
      freshFactor: true,
    },
  ),
};
