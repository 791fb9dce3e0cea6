import { z } from 'zod';
import { route } from '../route.ts';
import { inOrganization } from '../wire.ts';

export const limitKind = z.enum(['organizations', 'users', 'applications', 'resources', 'mails']);
export type LimitKind = z.infer<typeof limitKind>;

/** How much of a kind the tree of an organization holds and may hold. */
const limit = z.object({
  kind: limitKind.describe('`resources`: API resources. `mails`: those that administrators cause in a day (UTC).'),
  used: z.int().describe('In the organization and all below it.'),
  most: z.int().describe('The limit that holds.'),
  set: z.int().nullable().describe('What was set for this organization; null where a default or a limit above holds.'),
  shared: z.boolean().describe('The limit is of an organization above, whose whole tree shares it.'),
});
export type Limit = z.infer<typeof limit>;

const limits = z
  .object({
    limits: z.array(limit),
    mayChange: z.boolean().describe('An administrator of the root organization, for organizations below it.'),
  })
  .meta({ id: 'Limits' });

const most = z.int().min(0).max(2_147_483_647).nullable().optional();

export const limitRoutes = {
  getLimits: route('GET', '/organizations/{organizationId}/limits', {
    summary: 'How much the organization and all below it hold and may hold',
    params: inOrganization,
    output: limits,
  }),
  changeLimits: route('PATCH', '/organizations/{organizationId}/limits', {
    summary: 'Set limits of a managed organization and all below it; administrators of the root organization alone',
    params: inOrganization,
    body: z
      .strictObject({ organizations: most, users: most, applications: most, resources: most, mails: most })
      .describe('Null takes away what was set. A limit below what is there lets nothing be added.')
      .meta({ id: 'LimitsChange' }),
    output: limits,
    freshFactor: true,
  }),
};
