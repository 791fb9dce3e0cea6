-- Background work: one table of jobs for every kind, claimed by any number of server processes.

create table job (
  id uuid primary key,
  kind text not null,
  unique_key text,
  concurrency_key text,
  organization_id uuid,
  sealed_payload bytea,
  due_at timestamptz,
  claim_id uuid,
  attempts integer not null default 0,
  last_error text,
  failed_at timestamptz,
  created_at timestamptz not null,
  check ((due_at is null) = (failed_at is not null))
);
create index job_due on job (kind, due_at) where due_at is not null;
create unique index job_unique_key on job (kind, unique_key) where unique_key is not null;
create index job_failed on job (failed_at) where failed_at is not null;
comment on table job is 'Work to be done in the background, written in the transaction that causes it. A finished job is deleted; one that recurs is put to its next time.';
comment on column job.id is 'UUIDv7; the idempotency id for a receiver: the same over all attempts.';
comment on column job.kind is 'Which handler runs it.';
comment on column job.unique_key is 'At most one job of a kind has it; null where any number may wait.';
comment on column job.concurrency_key is 'Jobs of a kind with the same key run only a few at once, so that a slow receiver delays its own jobs alone.';
comment on column job.organization_id is 'The organization it is done for; no reference, for a job may follow from the removal of its organization.';
comment on column job.sealed_payload is 'What the handler is given, JSON, sealed; null where it needs nothing.';
comment on column job.due_at is 'When it may run; while it runs, when its lease ends. Null once it was given up.';
comment on column job.claim_id is 'The claim of the process that runs it; due_at is then the end of its lease, and whoever finds that past may claim the job again. Null while it waits.';
comment on column job.attempts is 'How often it was tried.';
comment on column job.last_error is 'Why the last attempt failed.';
comment on column job.failed_at is 'When it was given up; kept for the operator until the retention job deletes it.';
comment on column job.created_at is 'When it was written.';
call gatehouse_guard('job', 'select, insert, delete');
