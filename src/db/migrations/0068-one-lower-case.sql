-- Names are compared in lower case the same way, whatever locale the database has. In a Turkish one lower('I') is another letter
-- than 'i', in one with the locale C it leaves all but ASCII as it is: there the columns of names get a collation that knows
-- every letter. Any other database is left as it is: nothing is locked, and no row is read.

create function gatehouse_lower(raw text) returns text
language sql immutable parallel safe
as $$ select lower(raw) $$;
comment on function gatehouse_lower is
  'A text in lower case as the columns of names have it: what is given to a statement goes through this, a column through lower().';

do $$
declare
  folding text;
  folded text;
begin
  if lower('IÉĞ') = 'iéğ' then
    return;
  end if;
  for folding in
    select format('pg_catalog.%I', collname) from pg_collation
    where collnamespace = 'pg_catalog'::regnamespace and collencoding in (-1, pg_char_to_encoding('UTF8'))
      and collname in ('pg_c_utf8', 'C.utf8', 'C.UTF-8', 'und-x-icu', 'en_US.utf8')
    order by array_position(array['pg_c_utf8', 'C.utf8', 'C.UTF-8', 'und-x-icu', 'en_US.utf8'], collname::text)
  loop
    execute format('select lower(%L collate %s)', 'IÉĞ', folding) into folded;
    exit when folded = 'iéğ';
  end loop;
  if folded is distinct from 'iéğ' then
    raise exception 'the locale of this database changes letters in another way than people write, and the server has no collation that does not'
      using errcode = 'feature_not_supported';
  end if;

  execute format('create or replace function gatehouse_lower(raw text) returns text
    language sql immutable parallel safe as $f$ select lower(raw collate %s) $f$', folding);
  execute format('create or replace function gatehouse_search_text(raw text) returns text
    language sql immutable parallel safe
    as $f$ select ltrim(regexp_replace(lower(raw collate %s), %L, '' '', ''g'')) $f$',
    folding, '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+');

  -- A trigger that names the column holds its type.
  drop trigger search_terms_changed on organization;
  execute format('alter table organization alter column name type text collate %s', folding);
  create trigger search_terms_changed after update of name on organization for each row
    when (old.name <> new.name) execute function gatehouse_organization_renamed();
  execute format('alter table application alter column name type text collate %s', folding);
  execute format('alter table connection_template alter column name type text collate %s', folding);
  execute format('alter table api_resource alter column name type text collate %1$s,
    alter column audience type text collate %1$s', folding);
  alter table login drop column typed_address;
  execute format('alter table login add column typed_address text collate "C"
    generated always as (lower((state #>> %L) collate %s)) stored', '{login,email}', folding);
  comment on column login.typed_address is 'The address that was typed, in lower case: what a login of nobody known is found by.';
  create index login_of_address on login (organization_id, typed_address) where typed_address is not null;

  call gatehouse_fill_organization_terms();
  call gatehouse_fill_user_terms();
end
$$;
