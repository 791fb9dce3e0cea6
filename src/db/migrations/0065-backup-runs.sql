-- What became of backups and of their verifications, for the operator's page and for metrics.

create table backup_run (
  id uuid primary key,
  kind text not null check (kind in ('backup', 'verify')),
  started_at timestamptz not null,
  ended_at timestamptz not null,
  bytes bigint,
  outcome text not null,
  file_name text not null
);
create index backup_run_newest on backup_run (kind, started_at desc);
comment on table backup_run is 'What became of the last backups and verifications; older rows are deleted when one is added. A restore brings those from before its backup.';
comment on column backup_run.id is 'UUIDv7.';
comment on column backup_run.kind is 'Whether a backup was made, or one was verified.';
comment on column backup_run.started_at is 'When the command began, by its clock.';
comment on column backup_run.ended_at is 'When it ended.';
comment on column backup_run.bytes is 'Size of the backup file; none where it was not written or could not be read.';
comment on column backup_run.outcome is 'done, or the error code of what went wrong.';
comment on column backup_run.file_name is 'Name of the file, without its folder.';
call gatehouse_guard('backup_run', '');
