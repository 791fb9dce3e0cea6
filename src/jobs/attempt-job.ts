import { payloadPlace } from './enqueue-job.ts';
import { deleteFinished, markGivenUp, rescheduleJob } from './job-store.ts';
import type { ClaimedJob } from './job-store.ts';
import { JobFailed, JobPostponed, nextAttempt } from './job.ts';
import type { Job, JobHandler } from './job.ts';
import { after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { JOB_RUN } from '../base/signals/signals.ts';
import { beginTrace, within } from '../base/signals/spans.ts';
import { inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';

/** How often the result of an attempt is written until the database takes it. */
const RESULT_TRIES = 5;

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  log: Log;
}

/** Runs a claimed job and stores the result: done, another time, or given up. Never throws. */
export async function attemptJob(
  deps: Deps,
  claim: ClaimedJob,
  handler: JobHandler,
  signal: AbortSignal,
): Promise<void> {
  const span = beginTrace({ kind: 'job', name: claim.kind, attempt: claim.attempts });
  const word = await within(span, async () => runAndStore(deps, claim, handler, signal));
  span?.end({ failure: word === 'done' || word === 'postponed' ? undefined : word });
}

async function runAndStore(
  deps: Deps,
  claim: ClaimedJob,
  handler: JobHandler,
  signal: AbortSignal,
): Promise<ResultWord | 'not-stored'> {
  const result = await runHandler(deps, claim, handler, signal);
  try {
    const word = await writeResult(async () => saveResult(deps, claim, handler, result));
    JOB_RUN.tell({ kind: claim.kind, result: word });
    return word;
  } catch (error) {
    const about = { err: error, job: claim.id, kind: claim.kind };
    deps.log.error(about, 'the result of a job was not stored; it runs again');
    return 'not-stored';
  }
}

type Result = { job: Job<unknown>; error?: unknown };

async function runHandler(deps: Deps, claim: ClaimedJob, handler: JobHandler, signal: AbortSignal): Promise<Result> {
  const { id, organizationId, uniqueKey, attempts, createdAt } = claim;
  const job = { id, organizationId, uniqueKey, attempts, createdAt, payload: null as unknown };
  try {
    if (claim.sealedPayload !== null) {
      job.payload = JSON.parse(deps.secrets.open(claim.sealedPayload, payloadPlace(id, organizationId)));
    }
    await handler.run(job, signal);
    return { job };
  } catch (error) {
    return { job, error: error ?? new Error('unknown failure') };
  }
}

type ResultWord = 'done' | 'again' | 'postponed' | 'given-up';

async function saveResult(deps: Deps, claim: ClaimedJob, handler: JobHandler, result: Result): Promise<ResultWord> {
  const { db, clock, log } = deps;
  const { error, job } = result;
  const now = clock.now();
  if (error === undefined) {
    if (handler.every === undefined) await deleteFinished(db, claim);
    else await rescheduleJob(db, claim, { now, dueAt: after(now, handler.every), attempts: 0, lastError: null });
    return 'done';
  }
  if (error instanceof JobPostponed) {
    const { until: dueAt, message: lastError } = error;
    await rescheduleJob(db, claim, { now, dueAt, attempts: claim.attempts - 1, lastError });
    return 'postponed';
  }
  const lastError = (error instanceof Error ? error.message : 'unknown failure').slice(0, 500);
  const hopeless = error instanceof JobFailed && handler.every === undefined;
  const dueAt = hopeless ? null : nextAttempt(handler, claim, now);
  log.warn({ err: error, job: claim.id, kind: claim.kind, attempts: claim.attempts, dueAt }, 'a job failed');
  if (dueAt !== null) {
    await rescheduleJob(db, claim, { now, dueAt, attempts: claim.attempts, lastError });
    return 'again';
  }
  await inTransaction(deps, async ({ db: tx }) => {
    if (await markGivenUp(tx, claim, { now, error: lastError })) await handler.onGivenUp?.(tx, job, lastError);
  });
  return 'given-up';
}

/** What was done must not be done again only because the database is away for a moment. */
async function writeResult<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (tries === RESULT_TRIES) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, tries * 500);
      });
    }
  }
}
