import { sql } from 'kysely';
import type { JobId, OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** The channel on which the runners hear of new jobs, once the transaction that wrote them is through. */
export const JOB_CHANNEL = 'job';

/** A job as it is inserted. */
export interface NewJob {
  id: JobId;
  kind: string;
  uniqueKey: string | null;
  concurrencyKey: string | null;
  organizationId: OrganizationId | null;
  sealedPayload: Buffer | null;
  dueAt: Date;
  createdAt: Date;
}

/** A job as it was claimed, its payload sealed. */
export interface ClaimedJob {
  id: JobId;
  kind: string;
  uniqueKey: string | null;
  concurrencyKey: string | null;
  organizationId: OrganizationId | null;
  sealedPayload: Buffer | null;
  /** This attempt included. */
  attempts: number;
  /** Names this claim: a result is stored only while no other process has claimed the job since. */
  claimId: string;
  createdAt: Date;
}

/** What a claim may take of one kind. */
export interface ClaimableKind {
  kind: string;
  /** Most jobs to claim. */
  limit: number;
  /** Concurrency keys of which as many run as may. */
  busyKeys: readonly string[];
}

/** Writes jobs and notifies the runners at commit; a job whose unique key is there already is left out. */
export async function insertJobs(db: Database, jobs: readonly NewJob[]): Promise<void> {
  await db
    .insertInto('job')
    .values(jobs)
    .onConflict((conflict) => conflict.columns(['kind', 'uniqueKey']).where('uniqueKey', 'is not', null).doNothing())
    .returning(sql`pg_notify(${JOB_CHANNEL}, '')`.as('notified'))
    .execute();
}

/**
 * Claims due jobs of some kinds until `leaseUntil`, in one statement: of several processes each claims others. Over all
 * organizations.
 */
export async function claimJobs(
  db: Database,
  kinds: readonly ClaimableKind[],
  claim: { id: string; now: Date; leaseUntil: Date; without: readonly JobId[] },
): Promise<ClaimedJob[]> {
  const wanted = JSON.stringify(kinds.map(({ kind, limit, busyKeys }) => ({ kind, most: limit, busy: busyKeys })));
  const { rows } = await sql<Omit<ClaimedJob, 'claimId'>>`with due as materialized (
      select waiting.id from jsonb_to_recordset(${wanted}::jsonb) as wanted(kind text, most int, busy jsonb)
      cross join lateral (
        select id from job
        where job.kind = wanted.kind and due_at <= ${claim.now} and id <> all(${claim.without}::uuid[])
          and (concurrency_key is null or not wanted.busy ? concurrency_key)
        order by due_at limit wanted.most for update skip locked
      ) waiting
    )
    update job set attempts = attempts + 1, woken = false, claim_id = ${claim.id}, due_at = ${claim.leaseUntil}
    from due where job.id = due.id
    returning job.id, job.kind, job.unique_key, job.concurrency_key, job.organization_id, job.sealed_payload, job.attempts,
      job.created_at`.execute(db);
  return rows.map((row) => ({ ...row, claimId: claim.id }));
}

/** Releases claimed jobs; the attempt is not counted. */
export async function releaseJobs(db: Database, claimId: string, ids: readonly JobId[], now: Date): Promise<void> {
  await db
    .updateTable('job')
    .set((eb) => ({ dueAt: now, claimId: null, attempts: eb('attempts', '-', 1) }))
    .where('id', 'in', ids)
    .where('claimId', '=', claimId)
    .execute();
}

/** Renews the leases of claimed jobs. */
export async function renewLeases(db: Database, claims: readonly ClaimedJob[], leaseUntil: Date): Promise<void> {
  const ids = claims.map(({ id }) => id);
  const claimIds = [...new Set(claims.map(({ claimId }) => claimId))];
  await db
    .updateTable('job')
    .set({ dueAt: leaseUntil })
    .where('id', 'in', ids)
    .where('claimId', 'in', claimIds)
    .execute();
}

/** Deletes a job that is done. */
export async function deleteFinished(db: Database, claim: ClaimedJob): Promise<void> {
  await db.deleteFrom('job').where('id', '=', claim.id).where('claimId', '=', claim.claimId).execute();
}

/** Ends a claim; the job waits for another time, unless what it waits for came while it ran. */
export async function rescheduleJob(
  db: Database,
  claim: ClaimedJob,
  change: { now: Date; dueAt: Date; attempts: number; lastError: string | null },
): Promise<void> {
  await db
    .updateTable('job')
    .set({
      dueAt: sql<Date>`case when woken then ${change.now}::timestamptz else ${change.dueAt}::timestamptz end`,
      claimId: null,
      attempts: change.attempts,
      lastError: change.lastError,
    })
    .where('id', '=', claim.id)
    .where('claimId', '=', claim.claimId)
    .execute();
}

/** Gives a claimed job up and erases its payload; false when the claim is no longer the current one. */
export async function markGivenUp(
  db: Database,
  claim: ClaimedJob,
  failure: { now: Date; error: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('job')
    .set({
      dueAt: null,
      claimId: null,
      failedAt: failure.now,
      lastError: failure.error,
      uniqueKey: null,
      sealedPayload: null,
    })
    .where('id', '=', claim.id)
    .where('claimId', '=', claim.claimId)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Deletes the job of a unique key. */
export async function deleteJob(db: Database, kind: string, uniqueKey: string): Promise<void> {
  await db.deleteFrom('job').where('kind', '=', kind).where('uniqueKey', '=', uniqueKey).execute();
}

/**
 * Makes the waiting jobs of some kinds due, and those that run at this moment as soon as they wait again; notifies the
 * runners. In the order of their ids, so that two such statements do not deadlock.
 */
export async function makeDue(
  db: Database,
  kinds: readonly string[],
  now: Date,
  concurrencyKey?: string,
): Promise<void> {
  await db
    .updateTable('job')
    .set({
      dueAt: sql<Date>`case when claim_id is null then ${now}::timestamptz else due_at end`,
      woken: sql<boolean>`claim_id is not null`,
    })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('job')
        .select('id')
        .where('kind', 'in', kinds)
        .where('dueAt', '>', now)
        .$if(concurrencyKey !== undefined, (query) => query.where('concurrencyKey', '=', concurrencyKey ?? null))
        .orderBy('id')
        .forUpdate(),
    )
    .returning(sql`pg_notify(${JOB_CHANNEL}, '')`.as('notified'))
    .execute();
}

/** Deletes at most so many jobs that were given up before an instant; returns how many. */
export async function deleteFailedBefore(db: Database, before: Date, most: number): Promise<number> {
  const old = db.selectFrom('job').select('id').where('failedAt', '<', before).limit(most);
  const { numDeletedRows } = await db.deleteFrom('job').where('id', 'in', old).executeTakeFirst();
  return Number(numDeletedRows);
}

/** Jobs of one kind in one state. */
export interface StoredJobs {
  kind: string;
  state: 'due' | 'later' | 'running' | 'failed';
  count: number;
  /** When the first of them is, or was, due; null of failed ones. */
  dueAt: Date | null;
  /** When the oldest was written. */
  createdAt: Date;
}

/** How many jobs there are, over all organizations: nothing of them but numbers. */
export async function countStored(db: Database, now: Date): Promise<StoredJobs[]> {
  const { rows } = await sql<Omit<StoredJobs, 'count'> & { count: string }>`
    select kind, case when due_at is null then 'failed' when due_at <= ${now} then 'due'
        when claim_id is null then 'later' else 'running' end as state,
      count(*) as count, min(due_at) as due_at, min(created_at) as created_at
    from job group by 1, 2`.execute(db);
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
