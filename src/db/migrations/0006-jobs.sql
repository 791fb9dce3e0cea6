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
  woken boolean not null default false,
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
comment on column job.woken is 'What it waits for came while it ran: it is due again at once.';
comment on column job.attempts is 'How often it was tried.';
comment on column job.last_error is 'Why the last attempt failed.';
comment on column job.failed_at is 'When it was given up; kept for the operator until the retention job deletes it.';
comment on column job.created_at is 'When it was written.';
call gatehouse_guard('job', 'select, insert, delete');

-- Mails are sent by jobs: the outbox keeps the message, the job says when.
alter table mail_outbox add column urgent boolean not null default false;
alter table mail_outbox add column replace_key text;
alter table mail_outbox add column expires_at timestamptz;
alter table mail_outbox add column error_code text;
create index mail_outbox_replaced on mail_outbox (replace_key) where replace_key is not null and sealed_message is not null;
create index mail_outbox_ended on mail_outbox (created_at);
comment on column mail_outbox.urgent is 'A code or a link that somebody waits for; sent before other mails.';
comment on column mail_outbox.replace_key is 'Which link or code it carries: a newer mail with the same key revokes an unsent one.';
comment on column mail_outbox.expires_at is 'When its link or code expires; it is not sent afterwards. Null in rows of versions before this column: a day.';
comment on column mail_outbox.error_code is 'Why the last attempt failed: a code of mail/mailer.ts.';
comment on column mail_outbox.next_attempt_at is 'Of versions before the job table; a mail that has it is given a job by the next version that starts.';
comment on column mail_outbox.last_error is 'What the mail server said last.';
comment on column mail_outbox.failed_at is 'When it was given up: refused for good, or expired.';
comment on column mail_outbox.sealed_message is 'Subject, text and HTML, sealed (they hold links); erased once sent, given up or revoked.';

create table mail_pause (
  id smallint primary key default 1 check (id = 1),
  since timestamptz not null,
  until timestamptz not null,
  attempts integer not null,
  error_code text not null,
  last_error text
);
comment on table mail_pause is 'One row while the mail server takes no mail at all; the outbox waits meanwhile. No row otherwise.';
comment on column mail_pause.id is 'Always 1.';
comment on column mail_pause.since is 'When the first mail was not taken.';
comment on column mail_pause.until is 'When one mail is tried again; the others wait for its result.';
comment on column mail_pause.attempts is 'How often the server was tried since.';
comment on column mail_pause.error_code is 'Why: a code of mail/mailer.ts.';
comment on column mail_pause.last_error is 'What the mail server said last.';
grant select, insert, update, delete on mail_pause to gatehouse_service;
grant select on mail_pause to gatehouse_api;
alter table mail_pause enable row level security;
alter table mail_pause force row level security;
create policy service on mail_pause to gatehouse_service using (true) with check (true);
create policy api on mail_pause for select to gatehouse_api using (true);
