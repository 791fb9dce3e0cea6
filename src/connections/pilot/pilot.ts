/**
 * A pilot: a connection that holds first for some of an organization's users, by name or by a share in percent. The others,
 * and addresses of nobody, keep the method before. `find-login-method` decides by it; `change-pilot` ends it with
 * *Everybody* or changes who is in it; *Back* is `configure/switch-back`. Where others are saved meanwhile, the method before
 * stays the one from before the pilot.
 */
import type { UserId } from '../../base/ids.ts';

/** Who is in a pilot, as stored with the connection; both null: no pilot, it holds for everybody. */
export interface PilotColumns {
  pilotPercent: number | null;
  pilotUserIds: UserId[] | null;
}

/** Who is in a pilot, as chosen: a share of 1 to 99 percent, or users. */
export type Pilot = { percent: number } | { userIds: UserId[] };

/** Users a pilot names at most. */
export const MOST_NAMED = 200;
/** Digits of a user's id that decide a share: 28 bits. `pilot-sql` computes the same. */
export const SHARE_DIGITS = 7;

/** No pilot: it holds for everybody. */
export const NO_PILOT: PilotColumns = { pilotPercent: null, pilotUserIds: null };

/** The columns of a choice; null: everybody. */
export function toColumns(pilot: Pilot | null): PilotColumns {
  if (pilot === null) return NO_PILOT;
  return 'percent' in pilot
    ? { pilotPercent: pilot.percent, pilotUserIds: null }
    : { pilotPercent: null, pilotUserIds: pilot.userIds };
}

/** Whether a connection holds for some users only. */
export function isPilot({ pilotPercent, pilotUserIds }: PilotColumns): boolean {
  return pilotPercent !== null || pilotUserIds !== null;
}

/**
 * Whether a connection holds for a user. Of a share the user's id decides, which is random: the same user is always in or
 * out, and who is in stays in when the share grows.
 * @param userId null for somebody without an account: never in a pilot
 */
export function holdsFor({ pilotPercent, pilotUserIds }: PilotColumns, userId: UserId | null): boolean {
  if (pilotPercent === null && pilotUserIds === null) return true;
  if (userId === null) return false;
  if (pilotUserIds !== null) return pilotUserIds.includes(userId);
  return Number.parseInt(userId.slice(0, SHARE_DIGITS), 16) % 100 < (pilotPercent ?? 0);
}
