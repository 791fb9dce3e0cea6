/**
 * Trials: *Test* of a connection, before it is saved or after, by a real round trip at its identity provider.
 *
 *     begin-trial          settings -> checked as Save does -> sealed in a row of their own, and the link that begins a run
 *     mail-trial           a further link, to a named person of the customer
 *     open-trial           what stands behind a link
 *     send-trial-request   its POST -> browser at the provider, with the redirect URL of the real connection
 *     read-trial-callback  the callback -> checks, claims, and what a login would decide (decide-binding)
 *     find-trials          what administrators see
 *     preview-mapping      what other claims would make of the person of a run
 *
 * A run has its own transaction (`trial_run`): no login is found by its state, and no trial by a login's. It makes no
 * session, user or identity, and neither confirms a connection nor counts against it.
 */
import { z } from 'zod';
import type { TrialCheck, TrialCheckState } from './trial-checks.ts';
import { CHECK_STATES, TRIAL_CHECKS } from './trial-checks.ts';
import type { BindingDecision, BindingRefusal } from '../decide-binding.ts';
import type { Actor } from '../../audit/audit-event.ts';
import type { Seconds } from '../../base/clock.ts';
import { DAY, HOUR } from '../../base/clock.ts';
import type { FederatedMethod } from '../../base/federated-method.ts';
import type { OrganizationId, TrialId } from '../../base/ids.ts';
import type { SealedPlace } from '../../base/secret-box.ts';

/** Settings of a connection under test, without what is sealed of them. */
export interface Trial {
  id: TrialId;
  organizationId: OrganizationId;
  method: FederatedMethod;
  issuer: string;
  /** That of the saved connection: its registration at the provider is part of the test. */
  redirectUri: string;
  /** A copy of the connection that was in force; false for settings that were not saved. */
  inForce: boolean;
  /** The next client secret that is tested with the connection in force; null for all other tests. */
  clientSecretId: string | null;
  begunBy: Actor;
  /** Path of our own that the result leads back to. */
  returnTo: string | null;
  begunAt: Date;
  expiresAt: Date;
}

/** One person's round trip. */
export interface TrialRun {
  id: string;
  trialId: TrialId;
  organizationId: OrganizationId;
  /** Address the link was mailed to; null for who began the trial. */
  recipient: string | null;
  createdAt: Date;
  expiresAt: Date;
  browserHash: Buffer | null;
  /** When the browser was sent to the provider last. */
  sentAt: Date | null;
  receivedAt: Date | null;
  /** What came of it, as stored; read by {@link readResult}. */
  result: unknown;
  finishedAt: Date | null;
}

/** How long the settings stay, and the link of who began. */
export const TRIAL_LIFETIME: Seconds = HOUR;
/** How long a mailed link is valid. */
export const MAILED_FOR: Seconds = 7 * DAY;

/** Where a trial's settings stand sealed. */
export function settingsPlace({ id, organizationId }: Pick<Trial, 'id' | 'organizationId'>): SealedPlace {
  return { table: 'trial', column: 'sealed_settings', row: id, organization: organizationId };
}

/** Where the connector's state of a run stands sealed. */
export function runStatePlace({ id, organizationId }: Pick<TrialRun, 'id' | 'organizationId'>): SealedPlace {
  return { table: 'trial_run', column: 'sealed_state', row: id, organization: organizationId };
}

/** Path of the page of a link. */
export function trialPath(link: string): string {
  return `/login/test/${link}`;
}

/** The link of such a path. */
export function linkOf(path: string): string {
  return path.slice(trialPath('').length);
}

/** What a login would decide: the kinds of {@link BindingDecision}, a refusal by its reason. */
export type TrialOutcome = Exclude<BindingDecision['kind'], 'refuse'> | BindingRefusal;
const TRIAL_OUTCOMES = [
  'log-in',
  'bind',
  'ask',
  'create',
  'no-user',
  'user-may-not',
  'subject-of-another-user',
  'user-has-another-identity',
] as const satisfies readonly TrialOutcome[];

const failure = z.object({
  /** A code of `connectors/explanation-codes.ts`. */
  code: z.string(),
  values: z.record(z.string(), z.string()),
  providerCode: z.string().nullable(),
  correlationId: z.string().nullable(),
});

const storedResult = z.object({
  checks: z.array(z.object({ check: z.enum(TRIAL_CHECKS), state: z.enum(CHECK_STATES) })),
  /** Null when every check passed. */
  failure: failure.nullable(),
  /** What went wrong though the checks passed: a source that only supplements the ID token. */
  supplement: failure.pick({ code: true, values: true }).nullable().default(null),
  /** What people would see of the person; left out before every check passed. */
  person: z.object({ name: z.string().nullable(), address: z.string().nullable() }).optional(),
  /** Claims chosen by the tested settings that gave nothing. */
  unmapped: z.array(failure.pick({ code: true, values: true })).default([]),
  /** Short claims, for the preview of another mapping; read by previewMapping alone. */
  kept: z.record(z.string(), z.unknown()).optional(),
  /** The claims an administrator may read, never a token; null unless every check passed. */
  claims: z.record(z.string(), z.string()).nullable(),
  /** Values of `groups`, `roles` and the claims that rules read, for a preview of roles; left out before every check passed. */
  stated: z.record(z.string(), z.array(z.string()).nullable()).optional(),
  /** What the provider announces for logout; left out by a version before, and where its protocol has none. */
  logout: z
    .object({
      endSessionHost: z.string().nullable(),
      backChannel: z.boolean().nullable(),
      frontChannel: z.boolean().nullable(),
    })
    .optional(),
  /** What a login would decide about the person; null unless every check passed. */
  decision: z
    .object({
      outcome: z.enum(TRIAL_OUTCOMES),
      /** Whom it is about: address of a user of the organization. */
      account: z.string().nullable(),
      /** The user is the person the link was mailed to; always true for who began the trial. */
      own: z.boolean(),
    })
    .nullable(),
});

/** What came of a round trip. */
export type TrialResult = z.infer<typeof storedResult>;

/** A run's result as stored; null when there is none, or another version of the service wrote it. */
export function readResult(run: Pick<TrialRun, 'result'>): TrialResult | null {
  const read = storedResult.safeParse(run.result);
  return read.success ? read.data : null;
}

/** How far a run is. */
export type TrialState = 'ready' | 'sent' | 'passed' | 'failed';

export function stateOf(run: Pick<TrialRun, 'sentAt' | 'result'>): TrialState {
  const result = readResult(run);
  if (result !== null) return result.failure === null ? 'passed' : 'failed';
  return run.sentAt === null ? 'ready' : 'sent';
}

/** Every check of a run with its state, in order: what is not known yet is not checked. */
export function checksOf(run: Pick<TrialRun, 'result'>): { check: TrialCheck; state: TrialCheckState }[] {
  return readResult(run)?.checks ?? TRIAL_CHECKS.map((check) => ({ check, state: 'not-checked' }));
}
