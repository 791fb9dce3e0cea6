import { z } from 'zod';
import { route } from './route.ts';
import { id, inOrganization, instant, pageOf, paging, role } from './wire.ts';

const apiToken = z
  .object({
    id,
    role,
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant,
    lastUsedAt: instant.nullable(),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'ApiToken' });
export const apiTokenRoutes = {
  listApiTokens: route('GET', '/organizations/{organizationId}/api-tokens', {
    summary: 'API tokens, the newest first',
    params: inOrganization,
    query: z.strictObject(paging),
    output: pageOf(apiToken, 'ApiTokens'),
  }),
  createApiToken: route('POST', '/organizations/{organizationId}/api-tokens', {
    summary: 'Create an API token; it is in this answer and nowhere else',
    params: inOrganization,
    body: z.strictObject({ role, expiresInDays: z.int().min(1).max(366).default(90) }).meta({ id: 'ApiTokenToCreate' }),
    output: z.object({ apiToken, token: z.string().describe('Shown this once.') }).meta({ id: 'ApiTokenWithSecret' }),
    creates: true,
    freshFactor: true,
  }),
  revokeApiToken: route('POST', '/organizations/{organizationId}/api-tokens/{apiTokenId}/revoke', {
    summary: 'Revoke an API token: refused from now on',
    params: z.strictObject({ organizationId: id, apiTokenId: id }),
    output: apiToken,
    freshFactor: true,
  }),
};
