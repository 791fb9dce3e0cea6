/**
 * The wait of a proved domain. Whoever controls the DNS of a domain may be its owner of today only: the people who log in
 * with addresses at it elsewhere, and who administers them, hear of it before anything changes for them.
 *
 *   begin-wait.ts            whether a domain that was just proved waits; who has to be told
 *   end-wait.ts              the wait is over: in effect, withdrawn, not proved any more
 *   take-effect.ts           an administrator above all of them ends it early
 *   find-domain-claims.ts    what administrators may see of it
 *   domain-claim-notice.ts   the mails at its begin and its end, as jobs; `users` runs them
 *   wait-store.ts            the SQL
 *
 * A waiting domain is not a verified one: whatever asks for verified domains finds it only once the wait is over.
 */
import { HOUR } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';

/** From the proof of a domain until it takes effect, where people with addresses at it live in other organizations. */
export const WAIT: Seconds = 72 * HOUR;

/** Another organization whose users have addresses at a domain. */
export interface Elsewhere {
  organizationId: OrganizationId;
  users: number;
}

/** A claim that waits, as it concerns one organization. The columns of `domain_claim`. */
export interface DomainClaim extends Elsewhere {
  domain: string;
  /** The organization that proved the domain. */
  claimedBy: OrganizationId;
  takesEffectAt: Date;
}

/** How a wait ended. */
export type WaitOutcome = 'in-effect' | 'withdrawn' | 'not-proved';
