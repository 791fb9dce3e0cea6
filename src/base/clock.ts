/** Time as a value to pass in: nothing outside this file reads the machine's clock. */
export interface Clock {
  now(): Date;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };

/** A length of time in whole seconds. */
export type Seconds = number;

export const MINUTE: Seconds = 60;
export const HOUR: Seconds = 60 * MINUTE;
export const DAY: Seconds = 24 * HOUR;

/** The instant `seconds` after `from` (before it when negative). */
export function after(from: Date, seconds: Seconds): Date {
  return new Date(from.getTime() + seconds * 1000);
}

/** The earlier of two instants; the first where there is no second. */
export function earlier(one: Date, other: Date | null): Date {
  return other === null || one <= other ? one : other;
}

/** An instant as whole seconds since 1970, the unit of JWT and OpenID Connect (RFC 7519, NumericDate). */
export function epochSeconds(instant: Date): Seconds {
  return Math.floor(instant.getTime() / 1000);
}

/** The instant of a NumericDate. */
export function fromEpochSeconds(seconds: Seconds): Date {
  return new Date(seconds * 1000);
}

/** An instant to the minute, as `2026-03-05 09:00 UTC`: for mails, whose reader's time zone is not known. */
export function utcMinute(instant: Date): string {
  return `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The UTC day of an instant as `YYYY-MM-DD`; the partition key of short-lived tables. */
export function utcDay(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}
