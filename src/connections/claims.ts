import { z } from 'zod';
import type { Claims } from '../connectors/connector.ts';

export type { Claims } from '../connectors/connector.ts';

/** What a provider proved, as a login keeps it as JSON between its callback and its end. */
export const storedClaims: z.ZodType<Claims> = z.object({
  issuer: z.string(),
  directoryId: z.string(),
  subject: z.string(),
  name: z.string().nullable(),
  displayAddress: z.string().nullable(),
  claimedAddresses: z.array(z.string()),
  provenAddresses: z.array(z.string()),
  amr: z.array(z.string()),
  acr: z.string().nullable(),
  authTime: z.coerce.date().nullable(),
  shown: z.record(z.string(), z.string()),
});
