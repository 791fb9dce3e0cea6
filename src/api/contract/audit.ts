import { z } from 'zod';
import { route } from './route.ts';
import { id, inOrganization, instant, pageOf, paging, userName } from './wire.ts';

export const auditEvent = z
  .object({
    id,
    occurredAt: instant,
    kind: z.string().describe('From a closed list, as `user.disabled`.'),
    actor: z.object({
      kind: z.enum(['user', 'operator', 'api-token', 'service', 'stranger']),
      id: id.nullable(),
      name: z.string().nullable().describe('As it was called at that time.'),
    }),
    user: userName.nullable().describe('The user it is about; null when none, or removed since.'),
    network: z
      .string()
      .nullable()
      .describe('Network address the request came from, as the policy of the organization keeps it.'),
    browser: z.string().nullable().describe('User-Agent of the request.'),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.infer<typeof auditEvent>;

export const auditRoutes = {
  listAuditEvents: route('GET', '/organizations/{organizationId}/audit-events', {
    summary: 'What happened in an organization, the newest first',
    params: inOrganization,
    query: z.strictObject({
      ...paging,
      userId: id.optional().describe('Events about this user or by it.'),
      kind: z.string().max(60).optional(),
    }),
    output: pageOf(auditEvent, 'AuditEvents'),
  }),
};
