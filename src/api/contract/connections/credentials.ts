import { z } from 'zod';
import { route } from '../route.ts';
import { id, instant, method, organizationName, pageOf, paging, search } from '../wire.ts';

const credential = z
  .object({
    kind: z.enum(['connection', 'template']),
    organization: organizationName.describe('Whose connection, or who keeps the template.'),
    method,
    template: z.object({ id, name: z.string() }).nullable(),
    expiresAt: instant.nullable().describe('Null when it is not known.'),
    next: z
      .object({ expiresOn: z.iso.date().nullable(), testedAt: instant.nullable() })
      .nullable()
      .describe('A next client secret that waits; `testedAt`: when a test with it passed.'),
    daysLeft: z.int().nullable().describe('The day under way counted; none or fewer once it has expired.'),
  })
  .meta({ id: 'Credential' });
export type Credential = z.infer<typeof credential>;

export const credentialRoutes = {
  listCredentials: route('GET', '/credentials', {
    summary:
      'Secrets and certificates at identity providers, of all organizations from the caller’s down, by days left',
    query: z.strictObject({
      ...paging,
      search,
      within: z.coerce
        .number()
        .int()
        .min(0)
        .max(3650)
        .optional()
        .describe('Days: those that expire until then, or have. Left out: all, those whose end is not known last.'),
    }),
    output: pageOf(credential, 'Credentials'),
  }),
};
