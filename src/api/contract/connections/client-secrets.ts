import { z } from 'zod';
import { route } from '../route.ts';
import { inOrganization, instant } from '../wire.ts';

const expiresOn = z.iso.date().nullable().describe('The day it expires, as entered; null where that is not known.');

const secret = z.object({ setAt: instant, expiresOn, testedAt: instant.nullable() }).meta({ id: 'ClientSecret' });

const clientSecrets = z
  .object({
    inUse: z.object({
      setAt: instant.nullable(),
      expiresAt: instant.nullable().describe('Null where that is not known.'),
    }),
    next: secret
      .nullable()
      .describe('Waits to be taken into use, which it can be once a test with it passed (`testedAt`).'),
    previous: secret.nullable().describe('Was in use before; can be used again for seven days.'),
  })
  .meta({ id: 'ClientSecrets' });
export type ClientSecrets = z.infer<typeof clientSecrets>;

export const clientSecretRoutes = {
  getClientSecrets: route('GET', '/organizations/{organizationId}/authentication/client-secrets', {
    summary: 'Client secrets of the connection in force: in use, next, previous; never the secrets themselves',
    params: inOrganization,
    output: clientSecrets,
  }),
  enterNextSecret: route('PUT', '/organizations/{organizationId}/authentication/client-secrets/next', {
    summary: 'Enter the next client secret beside the one in use, which stays in use',
    params: inOrganization,
    body: z
      .strictObject({
        clientSecret: z.string().trim().min(1).max(1000).describe('Written, never read.'),
        expiresOn: expiresOn.default(null),
      })
      .meta({ id: 'NextClientSecret' }),
    output: clientSecrets,
    freshFactor: true,
  }),
  deleteNextSecret: route('DELETE', '/organizations/{organizationId}/authentication/client-secrets/next', {
    summary: 'Delete the next client secret',
    params: inOrganization,
    freshFactor: true,
  }),
  useClientSecret: route('POST', '/organizations/{organizationId}/authentication/client-secrets/in-use', {
    summary: 'Take the next client secret into use, or the previous one again',
    params: inOrganization,
    body: z.strictObject({ secret: z.enum(['next', 'previous']) }).meta({ id: 'ClientSecretToUse' }),
    output: clientSecrets,
    freshFactor: true,
  }),
};
