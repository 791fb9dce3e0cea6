import { z } from 'zod';
import { authentication, enteredPilot } from '../authentication.ts';
import { route } from '../route.ts';
import { id, inOrganization, instant, pageOf, paging, searchOfPeople, version } from '../wire.ts';

const affectedUser = z
  .object({
    id,
    email: z.string(),
    name: z.string().nullable(),
    status: z.enum(['pending', 'verified', 'disabled']),
    lastLoginAt: instant.nullable(),
  })
  .meta({ id: 'AffectedUser' });

export const pilotRoutes = {
  listAffectedUsers: route('GET', '/organizations/{organizationId}/authentication/affected-users', {
    summary: 'Who is in the pilot, or who may get a mailed code at the first login through a connection',
    params: inOrganization,
    query: z.strictObject({
      ...paging,
      search: searchOfPeople,
      only: z
        .enum(['pilot', 'mailed-code'])
        .describe(
          '`mailed-code`: tied to no account of the provider yet and at no verified domain, so first matched by the address.',
        ),
      keepsIdentities: z
        .enum(['true', 'false'])
        .default('false')
        .describe('As `affected.keepsIdentities` of the check says for the settings that would be saved.'),
      provenByDomain: z
        .enum(['true', 'false'])
        .default('true')
        .describe('As `affected.provenByDomain` of the check says.'),
    }),
    output: pageOf(affectedUser, 'AffectedUsers'),
  }),
  changePilot: route('PUT', '/organizations/{organizationId}/authentication/pilot', {
    summary: 'Change who is in the running pilot',
    params: inOrganization,
    body: z.strictObject({ pilot: enteredPilot, version }).meta({ id: 'PilotToChange' }),
    output: authentication,
    freshFactor: true,
  }),
  endPilot: route('POST', '/organizations/{organizationId}/authentication/pilot/everybody', {
    summary: 'Everybody: end the pilot, its connection holds for all users from now on',
    params: inOrganization,
    body: z
      .strictObject({ endSessions: z.enum(['within-12-hours', 'at-once']).default('within-12-hours'), version })
      .meta({ id: 'PilotToEnd' }),
    output: authentication,
    freshFactor: true,
  }),
};
