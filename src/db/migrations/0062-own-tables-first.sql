-- PostgreSQL looks for a table among those of the session first, wherever a search path does not name `pg_temp`. The service may
-- make such tables, so in the place of one of ours it could put one of its own, whose triggers then run with the owner's rights.
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
