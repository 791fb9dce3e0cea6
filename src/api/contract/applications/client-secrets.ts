import { z } from 'zod';
import { route } from '../route.ts';
import { id, instant } from '../wire.ts';

const ofApplication = z.strictObject({ organizationId: id, applicationId: id });

const secret = z
  .object({
    id,
    madeAt: instant.nullable().describe('Null for one of a version that did not note it.'),
    madeBy: z.string().nullable().describe('Who made it, by name.'),
    lastUsedAt: instant.nullable().describe('Five minutes exact. Null: never, or not since this is noted.'),
    expiresAt: instant.nullable().describe('When its overlap ends; null for the newest.'),
  })
  .meta({ id: 'ApplicationSecret' });
export type ApplicationSecret = z.infer<typeof secret>;

export const applicationSecretRoutes = {
  listApplicationSecrets: route('GET', '/organizations/{organizationId}/applications/{applicationId}/secrets', {
    summary: 'Client secrets of an application, the newest first; never the secrets themselves',
    params: ofApplication,
    output: z.object({ items: z.array(secret) }).meta({ id: 'ApplicationSecrets' }),
  }),
  makeApplicationSecret: route('POST', '/organizations/{organizationId}/applications/{applicationId}/secrets', {
    summary: 'Another client secret, shown once; the one before is valid until its overlap ends',
    params: ofApplication,
    body: z
      .strictObject({
        overlapHours: z
          .int()
          .min(0)
          .max(30 * 24)
          .default(7 * 24)
          .describe('How long the secret before stays valid; 0: not at all.'),
      })
      .meta({ id: 'ApplicationSecretToMake' }),
    output: z
      .object({ secret, clientSecret: z.string().describe('Shown this once.') })
      .meta({ id: 'MadeApplicationSecret' }),
    creates: true,
    freshFactor: true,
  }),
  removeApplicationSecret: route(
    'DELETE',
    '/organizations/{organizationId}/applications/{applicationId}/secrets/{secretId}',
    {
      summary: 'Remove a client secret, which is refused at once; the last one cannot be removed',
      params: ofApplication.extend({ secretId: id }),
      freshFactor: true,
    },
  ),
};
