import { z } from 'zod';
import type { Claims, StatedSession, Supplement } from '../connectors/connector.ts';
import type { ExplanationCode, ExplanationValues } from '../connectors/explanation-codes.ts';

export type { Claims, StatedSession, Supplement } from '../connectors/connector.ts';

const finding = z.object({
  fault: z.custom<ExplanationCode>((value) => typeof value === 'string'),
  values: z.custom<ExplanationValues>((value) => typeof value === 'object').optional(),
});

/** What a provider proved, as a login keeps it as JSON between its callback and its end. */
export const storedClaims: z.ZodType<Claims> = z.object({
  issuer: z.string(),
  directoryId: z.string(),
  subject: z.string(),
  name: z.string().nullable(),
  person: z
    .object({ givenName: z.string().nullable(), familyName: z.string().nullable(), locale: z.string().nullable() })
    .optional(),
  displayAddress: z.string().nullable(),
  claimedAddresses: z.array(z.string()),
  provenAddresses: z.array(z.string()),
  amr: z.array(z.string()),
  acr: z.string().nullable(),
  authTime: z.coerce.date().nullable(),
  stated: z.record(z.string(), z.array(z.string()).nullable()).optional(),
  shown: z.record(z.string(), z.string()),
  addressMapped: z.boolean().optional(),
  unmapped: z.array(finding).optional(),
}) as z.ZodType<Claims>;

/** What a provider told of its own session, kept beside {@link storedClaims}; its `logoutHint` sealed for the login. */
export const storedSession: z.ZodType<StatedSession> = z.object({
  sid: z.string().nullable(),
  endsAt: z.coerce.date().nullable(),
  logoutHint: z.string().nullable(),
});

/** What became of a supplementing source, kept beside {@link storedClaims}. */
export const storedSupplement: z.ZodType<Supplement> = z.object({
  fault: finding.nullable(),
}) as z.ZodType<Supplement>;
