-- How much the tree of an organization may hold: counted by triggers at the end of each transaction, refused there.

create table quota_policy (
  organization_id uuid not null references organization (id) on delete cascade,
  kind text not null check (kind in ('organizations', 'users', 'applications', 'resources', 'mails')),
  most integer not null check (most >= 0),
  primary key (organization_id, kind)
);
comment on table quota_policy is 'How much an organization and those below it may hold, where another limit was set than the default in gatehouse_quota_default.';
comment on column quota_policy.organization_id is 'Whose tree: the organization and all below it.';
comment on column quota_policy.kind is 'Organizations below it; users; applications; API resources; mails that its administrators cause in a day (UTC).';
comment on column quota_policy.most is 'The most there may be. What is there beyond it stays; nothing is added.';
-- A transaction of the API reads them; who sets one enters the rights of the service, after the check who may.
call gatehouse_guard('quota_policy', 'select');

create table quota_usage (
  organization_id uuid not null,
  kind text not null check (kind in ('organizations', 'users', 'applications', 'resources', 'mails')),
  used integer not null,
  day date,
  primary key (organization_id, kind)
) with (fillfactor = 50);
comment on table quota_usage is 'How much the tree of each organization holds. Kept by triggers alone, at the end of each transaction.';
comment on column quota_usage.organization_id is 'Whose tree; no reference, for the trigger of organization takes it out of those above and removes it.';
comment on column quota_usage.kind is 'As in quota_policy.';
comment on column quota_usage.used is 'How many there are; of mails, how many on that day.';
comment on column quota_usage.day is 'Of mails: the day (UTC) that is counted. Null for what is there until it is removed.';
call gatehouse_guard_kept('quota_usage');

create function gatehouse_quota_default(of_kind text, at_depth integer) returns integer
language sql immutable parallel safe
as $$
  select case
    when at_depth = 1 then case of_kind
      when 'organizations' then 20000 when 'users' then 2000000 when 'applications' then 5000
      when 'resources' then 2000 when 'mails' then 50000 end
    when at_depth = 2 then case of_kind
      when 'organizations' then 1000 when 'users' then 100000 when 'applications' then 500
      when 'resources' then 200 when 'mails' then 5000 end
  end
$$;
comment on function gatehouse_quota_default is
  'The limit of a tree for which no row of quota_policy stands: of the whole installation (depth 1), of a customer of the root (depth 2). Further down only what was set, and the limits above.';

create function gatehouse_count_quota(changed uuid, of_kind text, by_many integer, on_day date) returns void
language plpgsql security definer set search_path from current
as $$
declare
  tree record;
  most_of integer;
  now_used integer;
begin
  -- From below to above: transactions that wait for each other here wait in one order, and only while one commits.
  for tree in
    select o.id, o.name, o.path, o.depth
    from organization self join organization o on o.id = any (string_to_array(trim(both '/' from self.path), '/')::uuid[])
    where self.id = changed order by o.depth desc
  loop
    insert into quota_usage as kept (organization_id, kind, used, day) values (tree.id, of_kind, greatest(by_many, 0), on_day)
    on conflict (organization_id, kind) do update set
      -- Servers' clocks differ: what comes late for the day before counts for this one.
      used = case when kept.day < excluded.day then greatest(by_many, 0) else greatest(kept.used + by_many, 0) end,
      day = greatest(kept.day, excluded.day)
    returning kept.used into now_used;
    if by_many > 0 then
      most_of := coalesce(
        (select most from quota_policy where organization_id = tree.id and kind = of_kind),
        gatehouse_quota_default(of_kind, tree.depth));
      if now_used > most_of then
        raise exception 'a tree holds as much as it may' using errcode = 'GQ001', detail = json_build_object(
          'kind', of_kind, 'used', now_used - by_many, 'most', most_of, 'name', tree.name, 'path', tree.path)::text;
      end if;
    end if;
  end loop;
end
$$;
comment on function gatehouse_count_quota is
  'Adds to what the trees of an organization and of all above it hold; raises GQ001 where one of them would hold more than it may.';
revoke execute on function gatehouse_count_quota from public;

create function gatehouse_keep_quota_usage() returns trigger
language plpgsql security definer set search_path from current
as $$
begin
  -- Of an organization that is gone everything is taken out at once, by the trigger of organization.
  if tg_op = 'DELETE' then
    perform gatehouse_count_quota(old.organization_id, tg_argv[0], -1, null);
  else
    perform gatehouse_count_quota(new.organization_id, tg_argv[0], 1, null);
  end if;
  return null;
end
$$;
comment on function gatehouse_keep_quota_usage is 'Keeps how much trees hold of what belongs to one organization each.';
-- Their names come before those of the other triggers at a commit, so that these wait first and hold nothing else then.
create constraint trigger a_quota after insert or delete on app_user
  deferrable initially deferred for each row execute function gatehouse_keep_quota_usage('users');
create constraint trigger a_quota after insert or delete on application
  deferrable initially deferred for each row execute function gatehouse_keep_quota_usage('applications');
create constraint trigger a_quota after insert or delete on api_resource
  deferrable initially deferred for each row execute function gatehouse_keep_quota_usage('resources');

create function gatehouse_keep_organization_quota() returns trigger
language plpgsql security definer set search_path from current
as $$
begin
  if tg_op = 'INSERT' then
    perform gatehouse_count_quota(new.managing_organization_id, 'organizations', 1, null);
    return null;
  end if;
  perform gatehouse_count_quota(old.managing_organization_id, kind, -used, null)
    from quota_usage where organization_id = old.id and kind <> 'mails' and used > 0 order by kind;
  perform gatehouse_count_quota(old.managing_organization_id, 'organizations', -1, null);
  delete from quota_usage where organization_id = old.id;
  return null;
end
$$;
comment on function gatehouse_keep_organization_quota is 'Keeps how many organizations trees hold, and takes out all that was in one that is gone.';
create constraint trigger a_quota after insert or delete on organization
  deferrable initially deferred for each row execute function gatehouse_keep_organization_quota();

alter table mail_outbox add column by_administrator boolean not null default false;
comment on column mail_outbox.by_administrator is 'An administrator of the organization, or a program of theirs, chose to have it sent: it counts for the quota of its tree.';

create function gatehouse_keep_mail_quota() returns trigger
language plpgsql security definer set search_path from current
as $$
begin
  perform gatehouse_count_quota(new.organization_id, 'mails', 1, (new.created_at at time zone 'UTC')::date);
  return null;
end
$$;
comment on function gatehouse_keep_mail_quota is 'Keeps how many mails the administrators of trees had sent on a day.';
create constraint trigger a_quota after insert on mail_outbox
  deferrable initially deferred for each row when (new.by_administrator)
  execute function gatehouse_keep_mail_quota();

create function gatehouse_quotas(of_organization uuid, today date)
returns table (kind text, organization_id uuid, path text, name text, depth integer, used integer, most integer, chosen integer)
language sql stable security definer set search_path from current
as $$
  select kinds.kind, o.id, o.path, o.name, o.depth,
    case when kinds.kind = 'mails' and coalesce(u.day < today, true) then 0 else coalesce(u.used, 0) end,
    coalesce(p.most, gatehouse_quota_default(kinds.kind, o.depth)), p.most
  from organization self
    join organization o on o.id = any (string_to_array(trim(both '/' from self.path), '/')::uuid[])
    cross join (values (1, 'organizations'), (2, 'users'), (3, 'applications'), (4, 'resources'), (5, 'mails')) kinds (place, kind)
    left join quota_usage u on u.organization_id = o.id and u.kind = kinds.kind
    left join quota_policy p on p.organization_id = o.id and p.kind = kinds.kind
  where self.id = of_organization
  order by kinds.place, o.depth desc
$$;
comment on function gatehouse_quotas is
  'What an organization and each above it hold and may hold, with the rights of the owner: who may not see those above is still told that a limit of theirs is reached.';
revoke execute on function gatehouse_quotas from public;
grant execute on function gatehouse_quotas to gatehouse_service, gatehouse_api;

create procedure gatehouse_fill_quota_usage()
language sql
as $$
  delete from quota_usage where kind <> 'mails';
  insert into quota_usage (organization_id, kind, used)
    select above.id, counted.kind, sum(counted.used)
    from (
      select organization_id, 'users' as kind, sum(users) as used from organization_user_count group by 1
      union all select organization_id, 'applications', count(*) from application group by 1
      union all select organization_id, 'resources', count(*) from api_resource group by 1
      union all select managing_organization_id, 'organizations', count(*) from organization
        where managing_organization_id is not null group by 1
    ) counted
      join organization self on self.id = counted.organization_id
      join organization above on above.id = any (string_to_array(trim(both '/' from self.path), '/')::uuid[])
    group by 1, 2;
$$;
comment on procedure gatehouse_fill_quota_usage is 'Writes anew how much trees hold; mails of the day stay as they were counted.';
revoke execute on procedure gatehouse_fill_quota_usage from public;
call gatehouse_fill_quota_usage();

-- A tree that comes near a default, or is beyond it, may grow on to twice of what it holds.
insert into quota_policy (organization_id, kind, most)
  select u.organization_id, u.kind, least(2 * u.used::bigint, 2147483647)::integer
  from quota_usage u join organization o on o.id = u.organization_id
  where u.used > gatehouse_quota_default(u.kind, o.depth) / 2;

-- As 0062-own-tables-first: of the session's own tables none stands in for ours.
do $$
declare
  one regprocedure;
begin
  for one in
    select oid from pg_proc where prosecdef and pronamespace = current_schema()::regnamespace and proname like 'gatehouse\_%'
  loop
    execute format('alter routine %s set search_path = %I, pg_temp', one, current_schema());
  end loop;
end
$$;
