/**
 * Credentials of ours at identity providers that expire: client secrets and certificates of connections in force, and those
 * of connection templates.
 *
 *     warn-of-expiry     a job: mails administrators 60, 30, 14, 7 and 1 days before, each once
 *     find-expiring      the board over all managed organizations, by days left
 *     count-expiring     how many there are, by days left: for monitoring
 *
 * expiry-store.ts holds the SQL.
 */
import { DAY } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';

/** Mails leave so many days before, the last first. */
export const WARNING_DAYS = [1, 7, 14, 30, 60] as const;

/** Credentials are counted by days left, each in the first band that holds it. */
export const EXPIRY_BANDS: readonly string[] = ['expired', ...WARNING_DAYS.map(String), 'later', 'unknown'];

/** A credential and whose it is. */
export interface Credential {
  /** Id of the connection or the template. */
  holderId: string;
  kind: 'connection' | 'template';
  organizationId: OrganizationId;
  organizationName: string;
  /** Of a template; null for a connection. */
  templateName: string | null;
  method: string;
  /** Null: not known. */
  expiresAt: Date | null;
  /** Of the next client secret, which waits beside the one in use; null where there is none. */
  nextSetAt: Date | null;
  /** `YYYY-MM-DD`; null: not known. */
  nextExpiresOn: string | null;
  /** When a test with it passed; null before. */
  nextTestedAt: Date | null;
}

/** Whole days left, the day under way counted; none or fewer once it has expired. */
export function daysLeft(expiresAt: Date, now: Date): number {
  return Math.ceil((expiresAt.getTime() - now.getTime()) / (DAY * 1000));
}

/** Which warning is due; null while there is time, and once it has expired. */
export function dueWarning(expiresAt: Date, now: Date): (typeof WARNING_DAYS)[number] | null {
  const left = daysLeft(expiresAt, now);
  return left <= 0 ? null : (WARNING_DAYS.find((days) => left <= days) ?? null);
}
