-- The roles of this database alone: what was granted to names that all databases of a cluster shared is granted to its
-- own, and the service is left with what it needs.

do $$
declare
  -- The names until here, which the migration runner does not know any more.
  shared text[] := array['gatehouse_' || 'service', 'gatehouse_' || 'api'];
  own text[] := array['gatehouse_service', 'gatehouse_api'];
  moved record;
begin
  if shared = own then
    return;
  end if;
  for moved in
    select policyname, tablename, (select array_agg(own[array_position(shared, name::text)]) from unnest(roles) name) as names
    from pg_policies where schemaname = current_schema() and roles::text[] && shared
  loop
    execute format('alter policy %I on %I to %s', moved.policyname, moved.tablename,
      (select string_agg(quote_ident(name), ', ') from unnest(moved.names) name));
  end loop;
  for moved in
    select c.oid::regclass as relation, r.rolname as role, string_agg(acl.privilege_type, ', ') as privileges
    from pg_class c cross join aclexplode(c.relacl) acl join pg_roles r on r.oid = acl.grantee
    where c.relnamespace = current_schema()::regnamespace and r.rolname = any(shared)
    group by 1, 2
  loop
    execute format('grant %s on %s to %I', moved.privileges, moved.relation, own[array_position(shared, moved.role::text)]);
    execute format('revoke all on %s from %I', moved.relation, moved.role);
  end loop;
  for moved in
    select p.oid::regprocedure as routine, r.rolname as role
    from pg_proc p cross join aclexplode(p.proacl) acl join pg_roles r on r.oid = acl.grantee
    where p.pronamespace = current_schema()::regnamespace and r.rolname = any(shared)
  loop
    execute format('grant execute on routine %s to %I', moved.routine, own[array_position(shared, moved.role::text)]);
    execute format('revoke all on routine %s from %I', moved.routine, moved.role);
  end loop;
end
$$;

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
  -- The policy of organization holds in here too: only those the caller reaches are found.
  execute format(
    'create policy api on %1$I to gatehouse_api
       using (exists (select from organization reached where reached.id = %1$I.organization_id))',
    guarded);
end
$$;

-- Events are added and read, by nobody changed.
revoke all on audit_event from gatehouse_service, gatehouse_api;
grant select, insert on audit_event to gatehouse_service, gatehouse_api;

-- These hold nothing of one organization: the service alone reads them, under a policy as everywhere.
call gatehouse_guard('rate_limit', '');
call gatehouse_guard('signing_key', '');
call gatehouse_guard('setup_link', '');
call gatehouse_guard('oidc_code', '');
call gatehouse_guard('oidc_access_token', '');
call gatehouse_guard('oidc_refresh_token', '');
call gatehouse_guard('oidc_record', '');
