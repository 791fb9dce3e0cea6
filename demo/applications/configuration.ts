import { z } from 'zod';

/** Everything in which two applications of this one program differ. */
export const configurationSchema = z.object({
  name: z.string().min(1),
  description: z.string().default(''),
  host: z.string().default('127.0.0.1'),
  port: z.int().default(0),
  /** The public address where it differs from the listening one (behind TLS). */
  origin: z.url().optional(),
  /** The OpenID Provider. It need not run yet: its metadata are read at the first login. */
  issuer: z.url(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  scope: z.string().default('openid profile email'),
  /** Another application of the same people, linked from every page. */
  other: z.object({ name: z.string(), url: z.url() }).optional(),
  /** What one comes here for: a page that asks for a login. */
  work: z
    .object({ title: z.string(), columns: z.array(z.string()), rows: z.array(z.array(z.string())) })
    .default({ title: 'Your work', columns: [], rows: [] }),
});
export type Configuration = z.output<typeof configurationSchema>;
