/**
 * Mail domains of organizations. Two independent facts:
 *
 *   routed    an administrator above routes the addresses of a domain here    route-domains.ts → domain-store.ts
 *   verified  the organization proved the domain by a TXT record              claim-domain.ts → verification-store.ts
 *
 * A check of a domain:
 *
 *   check-domain.ts     lease → observe (no transaction) → decide → write, audit, notice (one transaction)
 *   observe/            asks the authoritative servers, then the recursive resolver: an Observation
 *   diagnose/           Observation → Finding: present, absent or unknown, and why (pure)
 *   decide.ts           Finding + row → the row's next state and whether administrators are told (pure)
 *   wait/               a domain that was proved waits where people with addresses at it live elsewhere
 *   domain-notice.ts    what they are told, as a job; `users` mails it
 *   recheck-domains.ts  what the service checks by itself: attempts, waits, verified domains daily
 *   dns/                the questions themselves: Node's Resolver, and single packets for explanations
 *
 * mail-domain.ts, public-domains.ts: which domains count at all. find-domains.ts: what other rooms ask.
 */
import { DAY, HOUR, MINUTE, after } from '../base/clock.ts';
import type { Seconds } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import { randomBase32 } from '../base/random.ts';
import type { Finding } from './diagnose/finding.ts';

/** Who owns a mail domain. The one that verified it ranks before the one it is routed to. */
export interface DomainOwners {
  verified: OrganizationId | null;
  routed: OrganizationId | null;
}

/** A mail domain that steers addresses to an organization. */
export interface OrganizationDomain {
  /** ASCII, lower case. */
  domain: string;
  organizationId: OrganizationId;
  createdAt: Date;
}

/**
 * `waiting`: proved, takes effect later; `grace`: verified, but the record is missing; `expired`: not proved in time;
 * `lost`: was verified.
 */
export type VerificationState = 'pending' | 'waiting' | 'verified' | 'grace' | 'expired' | 'lost';

/** One organization's attempt at a domain, or its success. The columns of `domain_verification`. */
export interface DomainVerification {
  organizationId: OrganizationId;
  domain: string;
  state: VerificationState;
  token: string;
  formerTokens: string[];
  startedAt: Date;
  checkedAt: Date | null;
  nextCheckAt: Date | null;
  foundAt: Date | null;
  finding: Finding | null;
  nameServers: string[];
  verifiedAt: Date | null;
  /** While it waits: from when on it is verified. */
  takesEffectAt: Date | null;
  /** While it waits: users of other organizations with an address at it, when it was proved. */
  usersElsewhere: number | null;
  graceSince: Date | null;
  graceDays: number;
  /** UTC day, `YYYY-MM-DD`. */
  graceCountedOn: string | null;
  /** Since when DNS gives no usable answer; while it waits: no proof. */
  unknownSince: Date | null;
  vanishedAt: Date | null;
  toldDay: number;
  /** Entered by the holder of a setup link: decides nothing before an administrator has said so. */
  held: boolean;
  createdAt: Date;
}

/** States in which the organization owns the domain. */
export const VERIFIED_STATES: readonly VerificationState[] = ['verified', 'grace'];

/** Whether the organization owns the domain: its record was found, and is not missing for too long. */
export function isVerified({ state }: { state: VerificationState }): boolean {
  return VERIFIED_STATES.includes(state);
}

const LABEL = '_gatehouse-challenge';
const PREFIX = 'gatehouse-verify=';

/** Longest domain in A-label form, octets: the challenge name has 253 at most (RFC 1035 2.3.4). */
export const LONGEST_DOMAIN = 253 - LABEL.length - 1;

/** The name at which the TXT record has to lie. */
export function challengeName(domain: string): string {
  return `${LABEL}.${domain}`;
}

/** What the TXT record has to say. */
export function challengeValue(token: string): string {
  return PREFIX + token;
}

/** 160 random bits in base32: never issued twice. No character that a zone file or an input field would change. */
export function newToken(): string {
  return randomBase32(20);
}

const FIRST_CHECKS: readonly Seconds[] = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR];
const HOURLY_UNTIL: Seconds = 3 * DAY;
/** An attempt that is not proved by then has expired. */
export const ATTEMPT_LASTS: Seconds = 30 * DAY;
/** Between the two answers of a resolver that does not check DNSSEC. */
export const CONFIRM_AFTER: Seconds = 2 * MINUTE;

/**
 * When an attempt is checked next: 1, 5, 15 and 60 minutes after it began, hourly for 3 days, daily to day 30; null after
 * that.
 */
export function nextAttemptCheck(startedAt: Date, now: Date): Date | null {
  const passed = (now.getTime() - startedAt.getTime()) / 1000;
  const first = FIRST_CHECKS.find((offset) => offset > passed);
  if (first !== undefined) return after(startedAt, first);
  const step = passed < HOURLY_UNTIL ? HOUR : DAY;
  const next = (Math.floor(passed / step) + 1) * step;
  return next > ATTEMPT_LASTS ? null : after(startedAt, next);
}

const WAIT_CHECKS: Seconds = 6 * HOUR;

/** When a waiting domain is checked next: every 6 hours, and at the end. */
export function nextWaitCheck(now: Date, takesEffectAt: Date): Date {
  const next = after(now, WAIT_CHECKS);
  return takesEffectAt > now && takesEffectAt < next ? takesEffectAt : next;
}
