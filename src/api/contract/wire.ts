import { z } from 'zod';

/** What several parts of the contract speak of. Ids are text: `org_`, `usr_`, … and 26 letters. */
export const id = z.string().max(64);
/** RFC 3339, UTC. */
export const instant = z.iso.datetime();
export const role = z.enum(['administrator', 'editor', 'viewer']);
export type Role = z.infer<typeof role>;
export const method = z
  .string()
  .max(80)
  .regex(/^[a-z][a-z0-9-]*$/)
  .describe('`built-in`, `same-as-managing`, or a connection’s: `entra-id`, `openid-connect`.');
export type Method = z.infer<typeof method>;

/** An organization where only its name is needed. */
export const organizationName = z.object({ id, name: z.string() }).meta({ id: 'OrganizationName' });
/** A user where only name and address are needed. */
export const userName = z.object({ id, email: z.string(), name: z.string().nullable() }).meta({ id: 'UserName' });

/** Version as it was read: after a change by somebody else the answer is `version.conflict`. */
export const version = z.int().min(1);

/** How lists are asked for. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('At most so many; 200 is the most.'),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the page before.'),
};
const searched = z.string().trim().max(100).optional();
export const search = searched.describe('Part of a name or address, whatever the case.');
/** Of people, who may be very many. */
export const searchOfPeople = searched.describe(
  'The beginning of a word of a name or address, or of several in a row, whatever the case: `anna`, `anna north`, `north@`, `contoso.example`.',
);

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T, name: string) {
  return z
    .object({
      items: z.array(item),
      nextCursor: z.string().nullable().describe('Null on the last page.'),
      total: z
        .int()
        .nullable()
        .describe(
          'How many there are with this filter; null where counting would cost too much: mostly more than 1,000.',
        ),
    })
    .meta({ id: name });
}

/** RFC 9457; `code` is stable, programs decide on it. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    reference: z.string(),
    errors: z.array(z.object({ field: z.string(), code: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
/** Typed by the administrator before something goes for good: the name or address of what is removed. */
export const confirmation = z.string().max(300).describe('The name (for a user: the address) of what goes, typed.');

export const inOrganization = z.strictObject({ organizationId: id });

/** How the service authenticates to an identity provider. */
export const credential = z.enum(['none', 'secret', 'private-key', 'certificate', 'federated']);
