import { DAY, HOUR, MINUTE } from '../base/clock.ts';
import type { Seconds } from '../base/clock.ts';
import type { DailyTable } from '../db/partitions.ts';

/** Longest life of a session, and of one nobody uses. */
export const SESSION_LIFETIME: Seconds = 12 * HOUR;
export const SESSION_IDLE: Seconds = HOUR;
/** Within this time a session that is used again unchanged is not written: its idle end may come so much earlier. */
export const SESSION_SEEN_EVERY: Seconds = MINUTE;
/** A page of a login may stay open this long. */
export const LOGIN_LIFETIME: Seconds = HOUR;
export const CODE_LIFETIME: Seconds = MINUTE;
export const ACCESS_TOKEN_LIFETIME: Seconds = 10 * MINUTE;
/** One refresh token that rotates, and all that follow from one login however often they are used. */
export const REFRESH_TOKEN_LIFETIME: Seconds = 14 * DAY;
export const REFRESH_FAMILY_LIFETIME: Seconds = 30 * DAY;

/** How long a device waits for a person (RFC 8628 3.2), and the longest time it has to wait between two questions. */
export const DEVICE_CODE_LIFETIME: Seconds = 10 * MINUTE;
export const MOST_INTERVAL: Seconds = 60;
/** How long entered codes of devices are counted. */
export const CODE_WINDOW: Seconds = 10 * MINUTE;

/** Within this time a refresh token that rotated may come again, a client's retry, and gives the same successor. */
export const REFRESH_GRACE: Seconds = 10;

/** Tables with a partition a day, and how long their rows may be needed. */
export const DAILY_TABLES: readonly DailyTable[] = [
  { table: 'oidc_code', keepDays: 1 },
  { table: 'oidc_access_token', keepDays: 1 },
  { table: 'oidc_refresh_token', keepDays: 31 },
];
