-- What a caller of the API reaches is looked up for each row that is read. Until here each statement read all organizations: the
-- policies of other tables put every organization that the caller reaches into a hash first, whatever few rows were asked for.
-- Nothing is read or written of the tables themselves: each is locked for everybody, but only until the last policy is changed.

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
