import { z } from 'zod';
import type { ErrorCode } from '../../base/errors.ts';
import type { ConnectionId } from '../../base/ids.ts';
import { storedClaims, storedSession, storedSupplement } from '../../connections/claims.ts';
import type { Claims, StatedSession, Supplement } from '../../connections/claims.ts';

/** What the connection's steps remember between two requests, in `stepState.connection` of the login. */
export interface ConnectionStepState {
  /** What the provider proved, once the person is back. */
  proved?: {
    connectionId: ConnectionId;
    version: number;
    at: Date;
    claims: Claims;
    /** Whether the login there was shown to be as fresh as asked. */
    fresh: boolean;
    supplement?: Supplement | null;
    session?: StatedSession | null;
  };
  /** The transaction cookie's name of a callback after which the provider was asked once more. */
  askedAgain?: string;
  /** The code that was mailed to the user's address, as HMAC. */
  code?: { mac: string; expiresAt: Date; attempts: number };
  /** Why the person came back without a proof, where another way is left. */
  failed?: ErrorCode;
}

const instant = z.coerce.date();
const shape = z
  .object({
    proved: z.object({
      connectionId: z.custom<ConnectionId>((value) => typeof value === 'string'),
      version: z.number(),
      at: instant,
      claims: storedClaims,
      fresh: z.boolean().default(true),
      supplement: storedSupplement.nullable().optional(),
      session: storedSession.nullable().optional(),
    }),
    askedAgain: z.string(),
    code: z.object({ mac: z.string(), expiresAt: instant, attempts: z.number() }),
    failed: z.custom<ErrorCode>((value) => typeof value === 'string'),
  })
  .partial();

/** Reads `stepState.connection`; an empty object when there is none. */
export function readConnectionStepState(stored: unknown): ConnectionStepState {
  return shape.parse(stored ?? {}) as ConnectionStepState;
}
