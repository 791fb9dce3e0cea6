import { deleteJob, insertJobs, makeDue } from './job-store.ts';
import type { NewJob } from './job-store.ts';
import type { JobKind } from './job.ts';
import type { Clock } from '../base/clock.ts';
import type { JobId, OrganizationId } from '../base/ids.ts';
import { timeOrderedUuid } from '../base/random.ts';
import type { SealedPlace, SecretBox } from '../base/secret-box.ts';
import type { Database, Transaction } from '../db/database.ts';

export type { NewJob } from './job-store.ts';

/** A job to be written. */
export interface JobToEnqueue<P> {
  kind: JobKind<P>;
  payload: P;
  /** The organization it is done for; null for work of the whole service. */
  organizationId: OrganizationId | null;
  /** At most one job of the kind has this key: while one waits or runs, nothing is added. */
  uniqueKey?: string;
  /** Jobs with one key share at most two places: a receiver's host, a recipient's domain. */
  concurrencyKey?: string;
  /** At once by default. */
  dueAt?: Date;
}

/** Where a payload is sealed. */
export function payloadPlace(id: JobId, organizationId: OrganizationId | null): SealedPlace {
  return { table: 'job', column: 'sealed_payload', row: id, organization: organizationId ?? '' };
}

/** Writes a job in the transaction of what causes it; it runs once that is committed. */
export async function enqueueJob<P>(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  job: JobToEnqueue<P>,
): Promise<void> {
  await enqueueJobs(deps, [job]);
}

/** As {@link enqueueJob}, any number in one statement. */
export async function enqueueJobs<P>(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  jobs: readonly JobToEnqueue<P>[],
): Promise<void> {
  if (jobs.length === 0) return;
  await insertJobs(
    deps.db,
    jobs.map((job) => prepareJob(deps, job)),
  );
}

/** A job as it is inserted, its payload sealed: for whoever writes it as part of a larger statement. */
export function prepareJob<P>(deps: { clock: Clock; secrets: SecretBox }, job: JobToEnqueue<P>): NewJob {
  const now = deps.clock.now();
  const id = timeOrderedUuid(now) as JobId;
  const { organizationId, payload } = job;
  const place = payloadPlace(id, organizationId);
  return {
    id,
    kind: job.kind.name,
    uniqueKey: job.uniqueKey ?? null,
    concurrencyKey: job.concurrencyKey ?? null,
    organizationId,
    sealedPayload: payload === null ? null : deps.secrets.seal(JSON.stringify(payload), place),
    dueAt: job.dueAt ?? now,
    createdAt: now,
  };
}

/** Deletes the job of a unique key; one that runs at this moment is not stopped. */
export async function cancelJob(deps: { db: Database }, kind: JobKind<unknown>, uniqueKey: string): Promise<void> {
  await deleteJob(deps.db, kind.name, uniqueKey);
}

/** Makes the waiting jobs of some kinds due now (with one concurrency key when given). */
export async function makeJobsDue(
  deps: { db: Database; clock: Clock },
  kinds: readonly JobKind<unknown>[],
  concurrencyKey?: string,
): Promise<void> {
  const names = kinds.map(({ name }) => name);
  await makeDue(deps.db, names, deps.clock.now(), concurrencyKey);
}
