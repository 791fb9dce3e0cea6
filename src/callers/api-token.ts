import { DAY } from '../base/clock.ts';
import type { Seconds } from '../base/clock.ts';
import type { ApiTokenId, OrganizationId, UserId } from '../base/ids.ts';
import type { ConsoleRole } from '../organizations/access.ts';

/** Who made a token: its rights never exceed theirs, and end with theirs. */
export type ApiTokenMaker =
  /** Who runs the service, on the command line. */
  { kind: 'operator' } | { kind: 'user'; userId: UserId } | { kind: 'api-token'; apiTokenId: ApiTokenId };

/** A program's access to the API. The token itself is in the answer that creates it, and nowhere else. */
export interface ApiToken {
  id: ApiTokenId;
  /** The organization it speaks for, with those below. */
  organizationId: OrganizationId;
  role: ConsoleRole;
  /** Name of the maker, as in the audit log. */
  createdBy: string;
  /** Null for a token of an earlier version whose maker is unknown; it is refused. */
  maker: ApiTokenMaker | null;
  createdAt: Date;
  expiresAt: Date;
  /** To the minute. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** How long a token lives unless said otherwise, and at most. */
export const API_TOKEN_DAYS = 90;
export const MOST_API_TOKEN_DAYS = 366;

/** `last_used_at` is written at most this often, so that a busy program does not write with each request. */
export const USE_NOTED_EVERY: Seconds = 60;

/** The life of a token of so many days. */
export function apiTokenLifetime(days: number): Seconds {
  return days * DAY;
}

/** Tokens begin with a word that scanners for leaked secrets can look for. */
export const API_TOKEN_PREFIX = 'gatehouse_';
