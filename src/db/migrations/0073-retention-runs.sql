-- What retention did, and days for three more kinds of rows that grew without end.

create table retention_run (
  job text primary key,
  ran_at timestamptz not null,
  removed integer not null,
  removed_in_all bigint not null,
  oldest_at timestamptz
);
comment on table retention_run is 'The last run of each job that removes what is over: one row a job.';
comment on column retention_run.job is 'Which job.';
comment on column retention_run.ran_at is 'When it ended last.';
comment on column retention_run.removed is 'Rows that run removed; of jobs that drop partitions, partitions.';
comment on column retention_run.removed_in_all is 'As removed, of all its runs since the first that was noted.';
comment on column retention_run.oldest_at is 'Of what is kept for days: the time of the oldest row left; null where none is, or where rows end by themselves.';
call gatehouse_guard('retention_run', '');

alter table retention_policy drop constraint retention_policy_kind_check;
alter table retention_policy add constraint retention_policy_kind_check
  check (kind in ('api-token', 'audit', 'connection', 'failed-job', 'invitation', 'login', 'mail', 'setup-link'));
comment on column retention_policy.kind is 'Audit events, jobs given up, logins with their trace, mails of the outbox, setup links with their drafts, invitations and API tokens that ended, connections that nobody can switch back to.';

-- Rows that hang on one organization or user, and of which nothing else says how many there may be.
create function gatehouse_bound_rows() returns trigger
language plpgsql security definer set search_path from current
as $$
declare
  parent uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
  there integer;
begin
  execute format('select count(*) from (select from %I where %I = $1 limit %s) counted',
    tg_table_name, tg_argv[0], tg_argv[1]::integer + 1) into there using parent;
  if there > tg_argv[1]::integer then
    raise exception 'as many rows as there may be' using errcode = 'GQ002', detail = json_build_object(
      'rows', tg_table_name, 'most', tg_argv[1]::integer)::text;
  end if;
  return null;
end
$$;
comment on function gatehouse_bound_rows is
  'Raises GQ002 where a row would be one too many of its organization or user. Two at once may pass it together: it bounds a table, and counts nothing out.';
create trigger bound after insert on organization_domain for each row execute function gatehouse_bound_rows('organization_id', '200');
create trigger bound after insert on connection_template for each row execute function gatehouse_bound_rows('organization_id', '50');
create trigger bound after insert on api_token for each row execute function gatehouse_bound_rows('organization_id', '200');
create trigger bound after insert on authenticator for each row execute function gatehouse_bound_rows('user_id', '50');

-- As 0062-own-tables-first: of the session's own tables none stands in for ours.
do $$
begin
  execute format('alter routine gatehouse_bound_rows set search_path = %I, pg_temp', current_schema());
end
$$;
