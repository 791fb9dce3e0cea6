/**
 * Diagnosis: *Why?*. A login of the past 30 days, or one that is only imagined, told step by step to an administrator.
 *
 *   list-logins.ts -> login-list-store.ts     the logins of an organization: by reference, address or name
 *   explain-login.ts                          one of them, found by the reference its page showed
 *     tell-steps.ts                           its trace (logins/trace.ts) as sentences
 *     find-cause.ts                           what it failed by; places.ts: where to change what
 *   simulate-login.ts                         what would happen if an address logged in now; nothing is written
 *   read-health.ts                            how the logins through a connection fare
 *
 * This file is the model. Sentences are keys of the catalog with their values; a door makes text of them.
 * Who may read it: administrators of the organization and of those above (`read-audit`). Rows are read in the api role, so
 * that row-level security holds beside that rule.
 */
import type { LoginId, OrganizationId, UserId } from '../base/ids.ts';
import type { TextKey } from '../texts/catalog.ts';

/** How a login ended. */
export const OUTCOMES = ['succeeded', 'refused', 'failed', 'unreturned', 'unfinished', 'under-way'] as const;
/**
 * `failed`: at the provider, while another way was left. `unreturned`: went to the provider and did not come back within
 * ten minutes. `unfinished`: stopped at a page of ours.
 */
export type Outcome = (typeof OUTCOMES)[number];

/** A sentence of the catalog. */
export interface Sentence {
  key: TextKey;
  values: Record<string, string>;
}

/** A name and a value below a sentence; a name of the protocol (a claim) is no key. */
export interface Fact {
  name: TextKey | { literal: string };
  value: string;
}

/** One step of a login, in words. */
export interface Step extends Sentence {
  /** Null in a simulated login. */
  at: Date | null;
  tone: 'plain' | 'good' | 'bad' | 'wait';
  facts: Fact[];
}

/** Where to change something, and the value (or a key of the catalog) to put there; null where the sentence itself says it. */
export interface Place {
  where: TextKey;
  value: string | null;
}

/** What a login failed by. */
export interface Cause {
  /** Of `connectors/explanation-codes.ts`, or one of {@link OWN_CAUSES}. */
  code: string;
  what: Sentence;
  fix: Sentence;
  place: Place | null;
  /** Which check failed. */
  check: TextKey | null;
  /** Likely causes, the likeliest first, of what ends on the provider's own page. */
  candidates: { what: Sentence; fix: Sentence }[];
  /** Whether it counts against the connection; null where no connection is concerned. */
  counted: boolean | null;
  reverted: boolean;
  /** What the provider said: quoted, never followed. */
  provider: { code: string | null; said: string | null; correlationId: string | null } | null;
}

/** Causes that are ours to explain, beside those of an identity provider: `why.cause.<code>.what` and `.fix`. */
export const OWN_CAUSES = [
  'no-account',
  'users-full',
  'user-may-not',
  'outside-pilot',
  'subject-of-another-user',
  'user-has-another-identity',
  'taken-meanwhile',
  'too-late',
  'declined',
  'changed-meanwhile',
  'invitation-over',
  'unmet',
  'wrong-password',
  'wrong-factor',
  'wrong-code',
  'nobody',
  'organization-unusable',
  'binding-open',
  'unreturned',
  'at-provider',
  'stopped',
  'stray-callback',
  'request-refused',
  'none',
] as const;
export type OwnCause = (typeof OWN_CAUSES)[number];

/** A login in a list. */
export interface ListedLogin {
  id: LoginId;
  reference: string;
  organizationId: OrganizationId | null;
  clientId: string;
  /** Null where it is hidden from the caller, or built in. */
  applicationName: string | null;
  user: { id: UserId; email: string; name: string | null } | null;
  step: string;
  refusal: string | null;
  state: unknown;
  trace: unknown;
  outcome: Outcome;
  createdAt: Date;
  endedAt: Date | null;
}
