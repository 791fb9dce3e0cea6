-- What a caller of the API reaches is found by an index. Until here each statement read all organizations: the policies of other
-- tables put every organization that the caller reaches into a hash first, whatever few rows were asked for.

-- What lies below an organization is one range of these: compared by bytes, whatever the collation of the database.
create index organization_below on organization (path collate "C");

create or replace procedure gatehouse_guard(guarded text, privileges text)
language plpgsql
as $$
begin
  execute format('alter table %I enable row level security', guarded);
  execute format('alter table %I force row level security', guarded);
  execute format('create policy service on %I to gatehouse_service using (true) with check (true)', guarded);
  execute format('grant select, insert, update, delete on %I to gatehouse_service', guarded);
  if privileges = '' then
    return;
  end if;
  execute format('grant %s on %I to gatehouse_api', privileges, guarded);
  -- The policy of organization holds in here too: only those the caller reaches are found. A value and no "exists": that may be
  -- answered by a hash of all that the caller reaches, this is one look-up by the key for each row that is read.
  execute format(
    'create policy api on %1$I to gatehouse_api
       using ((select true from organization reached where reached.id = %1$I.organization_id))',
    guarded);
end
$$;

-- The same for the tables that are there.
do $$
declare
  guarded text;
begin
  for guarded in
    select tablename from pg_policies
    where schemaname = current_schema() and policyname = 'api' and qual like '%FROM organization reached%'
  loop
    execute format(
      'alter policy api on %1$I
         using ((select true from organization reached where reached.id = %1$I.organization_id))',
      guarded);
  end loop;
end
$$;

-- Logins of an outcome, the newest first: most finish, and those are found among the newest.
create index login_not_finished on login (organization_id, step, created_at desc, id desc) where step <> 'finished';

-- Lists of organizations by method, and what expires first, in their order.
create index organization_of_method on organization (method, lower(name), id);
create index connection_first_to_expire on connection
  (coalesce(date_trunc('milliseconds', credential_expires_at at time zone 'UTC'), timestamp '9999-01-01'), id)
  where state in ('unconfirmed', 'active') and template_id is null and credential in ('secret', 'certificate');
