import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { NewJob } from '../../../jobs/enqueue-job.ts';

/** Part of a larger statement: inserts a job where `onlyIf` holds; the runners are notified at commit. */
export function insertJob(job: NewJob, onlyIf: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`insert into job (id, kind, concurrency_key, organization_id, sealed_payload, due_at, created_at)
    select ${job.id}::uuid, ${job.kind}, ${job.concurrencyKey}, ${job.organizationId}::uuid,
      ${job.sealedPayload}::bytea, ${job.dueAt}::timestamptz, ${job.createdAt}::timestamptz
    where ${onlyIf} returning pg_notify('job', '')`;
}
