/**
 * Background jobs. A job is a row of the table `job`: what to do (kind, payload) and when (due_at).
 *
 *   enqueueJob (transaction of the cause) → row → claim (for update skip locked, lease) → handler
 *     → done: row deleted, or put to its next time when it recurs
 *     → thrown: due again after the back-off of its kind
 *     → thrown after `giveUpAfter`, or JobFailed: `onGivenUp` and failed_at in one transaction
 *
 * Any number of processes run jobs beside each other. A process that dies loses its lease within a minute, and another
 * one runs the job: at least once. A receiver that keeps `job.id` sees a repetition, which makes it exactly once there.
 * LISTEN/NOTIFY only shortens the wait for the next poll.
 *
 * job.ts: kinds and handlers · enqueue-job.ts: writes a job · job-runner.ts: claims · attempt-job.ts: runs a claimed
 * job and stores the result · count-jobs.ts: how much waits · job-store.ts: the SQL.
 */
import { HOUR, MINUTE, after } from '../base/clock.ts';
import type { Seconds } from '../base/clock.ts';
import type { JobId, OrganizationId } from '../base/ids.ts';
import type { Transaction } from '../db/database.ts';

declare const payloadOf: unique symbol;

/** A kind of job and the shape of its payload. A payload of another shape needs a kind with another name. */
export interface JobKind<P> {
  readonly name: string;
  readonly [payloadOf]?: P;
}

/** Names a kind of job. */
export function defineJob<P = null>(name: string): JobKind<P> {
  return { name };
}

/** A claimed job. */
export interface Job<P> {
  /** The same over all attempts: idempotency id for a receiver. */
  id: JobId;
  organizationId: OrganizationId | null;
  uniqueKey: string | null;
  payload: P;
  /** This attempt included; 1 is the first. */
  attempts: number;
  createdAt: Date;
}

/** How jobs of one kind are run. */
export interface JobHandler<P = unknown> {
  kind: JobKind<P>;
  /**
   * Does the work; called outside of a transaction. A throw means another attempt after the back-off.
   * @param signal aborted when the process stops and the grace period is over
   * @throws JobFailed when further attempts are of no use
   * @throws JobPostponed to run it at a given time without counting the attempt as failed
   */
  run(job: Job<P>, signal: AbortSignal): Promise<void>;
  /** Runs in the transaction that gives the job up. */
  onGivenUp?(tx: Transaction, job: Job<P>, error: string): Promise<void>;
  /** Most jobs of this kind that one process runs at once; 4 by default. */
  concurrency?: number;
  /** Most of them with the same concurrency key; 2 by default. */
  concurrencyPerKey?: number;
  /** Waits after the first, second, … attempt, seconds; the last one repeats. */
  backOff?: readonly Seconds[];
  /** Given up this long after it was created. Not for recurring jobs. */
  giveUpAfter?: Seconds;
  /** Recurs: due again so long after it ended. One row for all processes. */
  every?: Seconds;
}

/** The job will not succeed: it is given up without another attempt. */
export class JobFailed extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'JobFailed';
  }
}

/** The job has to wait for something else: it is run again at `until`. */
export class JobPostponed extends Error {
  readonly until: Date;

  constructor(message: string, until: Date) {
    super(message);
    this.name = 'JobPostponed';
    this.until = until;
  }
}

const BACK_OFF: readonly Seconds[] = [10, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR];

/**
 * When to try again after attempt number `attempts`; null when the job's time is over. A last attempt is made as it
 * ends. A recurring job is never given up.
 */
export function nextAttempt(
  handler: Pick<JobHandler, 'backOff' | 'giveUpAfter' | 'every'>,
  job: { attempts: number; createdAt: Date },
  now: Date,
): Date | null {
  const waits = handler.backOff ?? BACK_OFF;
  const wait = waits[Math.min(job.attempts, waits.length) - 1] ?? MINUTE;
  if (handler.every !== undefined) return after(now, Math.min(wait, handler.every));
  const next = after(now, wait);
  if (handler.giveUpAfter === undefined) return next;
  const end = after(job.createdAt, handler.giveUpAfter);
  if (now >= end) return null;
  return next < end ? next : end;
}

/** The handler of a job that recurs `seconds` after it ended, in one process at a time. */
export function recurringJob(name: string, seconds: Seconds, work: () => Promise<void>): JobHandler {
  return { kind: defineJob(name), every: seconds, concurrency: 1, run: work };
}
