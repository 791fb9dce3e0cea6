import { z } from 'zod';
import { route } from '../route.ts';
import { id, inOrganization, instant } from '../wire.ts';

const keyCredential = z.enum(['private-key', 'certificate', 'federated']);

const clientKey = z
  .object({
    id,
    state: z
      .enum(['next', 'in-use', 'previous'])
      .describe('`in-use` signs; `next` and `previous` are published beside it.'),
    createdAt: instant,
    since: instant.describe('Since when it is in this state.'),
    certificate: z
      .object({
        pem: z.string().describe('What is uploaded in Entra ID, as `.pem` or `.cer`.'),
        thumbprint: z.string().describe('SHA-1, hexadecimal, as Entra ID shows it.'),
        expiresAt: instant,
      })
      .nullable()
      .describe('Null but for `certificate`.'),
  })
  .meta({ id: 'ClientKey' });

const clientKeys = z
  .object({
    id: id.describe('`clientKeys` of `AuthenticationSettings`.'),
    credential: keyCredential,
    issuer: z.string().nullable().describe('The provider they were saved for; they are for no other. Null before.'),
    createdAt: instant,
    jwksUrl: z.string().nullable().describe('`private-key`: the address of the public keys, for the provider.'),
    federated: z
      .object({
        issuer: z.string(),
        subject: z.string(),
        audiences: z
          .object({ global: z.string(), 'us-government': z.string(), china: z.string() })
          .describe('By the cloud of the directory.'),
      })
      .nullable()
      .describe('`federated`: what is entered in Entra ID, letter for letter.'),
    keys: z.array(clientKey).describe('The one in use first. Private keys are never given out.'),
  })
  .meta({ id: 'ClientKeys' });
export type ClientKeys = z.infer<typeof clientKeys>;

const inKeys = z.strictObject({ ...inOrganization.shape, clientKeysId: id });

export const clientKeyRoutes = {
  createClientKeys: route('POST', '/organizations/{organizationId}/client-keys', {
    summary:
      'Make a key pair by which the service authenticates to an identity provider, before the connection is saved',
    params: inOrganization,
    body: z.strictObject({ credential: keyCredential }).meta({ id: 'ClientKeysToMake' }),
    output: clientKeys,
    creates: true,
  }),
  getClientKeys: route('GET', '/organizations/{organizationId}/client-keys/{clientKeysId}', {
    summary: 'Public keys or certificates of a connection, with what the provider has to know',
    params: inKeys,
    output: clientKeys,
  }),
  addNextKey: route('POST', '/organizations/{organizationId}/client-keys/{clientKeysId}/next', {
    summary: 'Make the next key: published beside the one in use, signing nothing yet',
    params: inKeys,
    output: clientKeys,
    freshFactor: true,
  }),
  useClientKey: route('POST', '/organizations/{organizationId}/client-keys/{clientKeysId}/in-use', {
    summary: 'Take the next key into use, or the previous one again',
    params: inKeys,
    body: z.strictObject({ key: id }).meta({ id: 'KeyToUse' }),
    output: clientKeys,
    freshFactor: true,
  }),
};
