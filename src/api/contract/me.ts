import { z } from 'zod';
import { route } from './route.ts';
import { id, instant, method, organizationName, role } from './wire.ts';

/** Who calls, and what the console shows around every page. */
export const me = z
  .object({
    kind: z.enum(['user', 'api-token']),
    user: z
      .object({
        id,
        email: z.string(),
        emailProven: z
          .boolean()
          .describe('Whether applications are told the address as proven, by the user or by a verified domain.'),
        name: z.string().nullable(),
      })
      .nullable()
      .describe('Null for an API token.'),
    role,
    permissions: z
      .array(
        z.enum([
          'read',
          'edit-users',
          'edit-organizations',
          'edit-authentication',
          'edit-roles',
          'edit-applications',
          'read-audit',
        ]),
      )
      .describe('What the caller may do, in its organization and those below.'),
    isRootAdministrator: z.boolean(),
    organization: organizationName.extend({
      method,
      managedOrganizations: z.int().describe('All below, however deep.'),
      users: z.int().describe('Of this organization alone.'),
    }),
    /** Until when changes to methods, roles, applications and tokens go through without a new login; null: ask now. */
    factorFreshUntil: instant.nullable(),
    product: z.object({ name: z.string(), version: z.string(), url: z.string() }),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof me>;

export const meRoutes = {
  getMe: route('GET', '/me', { summary: 'Who calls, and what it may do', output: me }),
};
