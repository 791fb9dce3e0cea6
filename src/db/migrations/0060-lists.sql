-- Lists and searches that stay as quick as an installation grows: what is searched and counted is kept beside the rows, and
-- what is paged has an index in its order.

-- Letters and digits stand for themselves, everything else of ASCII is one space: what is stored and what is searched for alike.
create function gatehouse_search_text(raw text) returns text
language sql immutable parallel safe
as $$
  select ltrim(regexp_replace(lower(raw), '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', ' ', 'g'))
$$;
comment on function gatehouse_search_text is
  'A text as it is searched: lower case, with one space in the place of what is neither letter nor digit, none at its beginning.';

create function gatehouse_user_terms(address text, name text) returns text[]
language plpgsql immutable parallel safe
as $$
declare
  rest text := rtrim(gatehouse_search_text(address));
  kept text := '';
begin
  for word in 1..12 loop
    -- The last label of a domain is the same for everybody.
    exit when rest = '' or (word > 1 and strpos(rest, ' ') = 0);
    kept := kept || e'\n' || left(rest, 100);
    exit when strpos(rest, ' ') = 0;
    rest := substr(rest, strpos(rest, ' ') + 1);
  end loop;
  rest := coalesce(rtrim(gatehouse_search_text(name)), '');
  for word in 1..12 loop
    exit when rest = '';
    if strpos(kept, e'\n' || left(rest, 100)) = 0 then
      kept := kept || e'\n' || left(rest, 100);
    end if;
    exit when strpos(rest, ' ') = 0;
    rest := substr(rest, strpos(rest, ' ') + 1);
  end loop;
  return array(select distinct term from unnest(string_to_array(substr(kept, 2), e'\n')) term);
end
$$;
comment on function gatehouse_user_terms is
  'What a user is found by: address and name from each of their first twelve words on, up to 100 characters; of a name not what the address begins with as well.';

create function gatehouse_organization_terms(of text) returns setof text
language sql immutable parallel safe
as $$
  select distinct left(substr(searched, n), 100)
  from rtrim(gatehouse_search_text(of)) searched cross join lateral generate_series(1, length(searched)) n
  where substr(searched, n, 1) <> ' '
$$;
comment on function gatehouse_organization_terms is 'What an organization is found by: a name or a domain from each of its letters on.';

create table user_search_term (
  organization_id uuid not null,
  term text collate "C" not null,
  user_id uuid not null,
  primary key (organization_id, term, user_id)
);
comment on table user_search_term is 'What users are found by: their addresses and names from each word on. Kept by a trigger of app_user.';
comment on column user_search_term.organization_id is 'The user''s organization.';
comment on column user_search_term.term is 'From the beginning of a word to the end, as gatehouse_user_terms gives it; compared by bytes.';
comment on column user_search_term.user_id is 'Who is found; no reference, for the trigger removes it and needs no second index.';

create table organization_search_term (
  organization_id uuid not null references organization (id) on delete cascade,
  term text collate "C" not null,
  primary key (organization_id, term)
);
create index organization_search_term_begins on organization_search_term (term, organization_id);
comment on table organization_search_term is 'What organizations are found by: names and routed domains from each letter on. Kept by triggers of both.';
comment on column organization_search_term.organization_id is 'Which is found.';
comment on column organization_search_term.term is 'As gatehouse_organization_terms gives it; compared by bytes.';

create table organization_user_count (
  organization_id uuid not null references organization (id) on delete cascade,
  domain text not null,
  users integer not null,
  disabled integer not null,
  primary key (organization_id, domain)
) with (fillfactor = 50);
comment on table organization_user_count is 'How many users an organization has, by mail domain. Kept by triggers of app_user, at the end of each transaction.';
comment on column organization_user_count.organization_id is 'Whose users.';
comment on column organization_user_count.domain is 'Domain of their addresses, as compared.';
comment on column organization_user_count.users is 'All of them.';
comment on column organization_user_count.disabled is 'Those of them that are disabled.';

create table organization_login (
  organization_id uuid primary key references organization (id) on delete cascade,
  last_login_at timestamptz not null
) with (fillfactor = 50);
comment on table organization_login is 'When somebody of an organization logged in last. Kept by a trigger of app_user.';
comment on column organization_login.organization_id is 'Whose people.';
comment on column organization_login.last_login_at is 'To the minute: of the logins within a minute the first counts.';

-- Written by triggers alone, with their owner's rights: who may change a user need not be able to change these.
create procedure gatehouse_guard_kept(kept text)
language plpgsql
as $$
begin
  call gatehouse_guard(kept, 'select');
  execute format('revoke insert, update, delete on %I from gatehouse_service', kept);
end
$$;
comment on procedure gatehouse_guard_kept is 'As gatehouse_guard, for a table that triggers keep and others read alone.';
call gatehouse_guard_kept('user_search_term');
call gatehouse_guard_kept('organization_search_term');
call gatehouse_guard_kept('organization_user_count');
call gatehouse_guard_kept('organization_login');

create function gatehouse_keep_organization_terms(changed uuid) returns void
language plpgsql security definer set search_path from current
as $$
begin
  delete from organization_search_term where organization_id = changed;
  insert into organization_search_term (organization_id, term)
  select distinct found.id, term
  from (select id, name as text from organization where id = changed
        union all select organization_id, domain from organization_domain where organization_id = changed) found
    cross join lateral gatehouse_organization_terms(found.text) term
  where exists (select from organization where id = changed);
end
$$;
comment on function gatehouse_keep_organization_terms is 'Writes anew what an organization is found by.';
revoke execute on function gatehouse_keep_organization_terms from public;

create function gatehouse_organization_renamed() returns trigger
language plpgsql security definer set search_path from current
as $$
begin
  perform gatehouse_keep_organization_terms(new.id);
  return null;
end
$$;
comment on function gatehouse_organization_renamed is 'Keeps what an organization is found by.';
create trigger search_terms after insert on organization for each row execute function gatehouse_organization_renamed();
create trigger search_terms_changed after update of name on organization for each row
  when (old.name <> new.name) execute function gatehouse_organization_renamed();

create function gatehouse_domain_moved() returns trigger
language plpgsql security definer set search_path from current
as $$
begin
  if tg_op <> 'INSERT' then
    perform gatehouse_keep_organization_terms(old.organization_id);
  end if;
  if tg_op <> 'DELETE' then
    perform gatehouse_keep_organization_terms(new.organization_id);
  end if;
  return null;
end
$$;
comment on function gatehouse_domain_moved is 'Keeps what the organization of a domain is found by.';
create trigger search_terms after insert or delete or update of organization_id on organization_domain
  for each row execute function gatehouse_domain_moved();

create procedure gatehouse_fill_organization_terms()
language sql
as $$
  delete from organization_search_term;
  insert into organization_search_term (organization_id, term)
    select distinct found.id, term
    from (select id, name as text from organization union all select organization_id, domain from organization_domain) found
      cross join lateral gatehouse_organization_terms(found.text) term;
$$;
comment on procedure gatehouse_fill_organization_terms is 'Writes anew what organizations are found by.';
revoke execute on procedure gatehouse_fill_organization_terms from public;
call gatehouse_fill_organization_terms();

-- From here on changes of users wait until the end: their counts are quickly written, what they are found by comes with the
-- next migration.
create function gatehouse_keep_user_terms() returns trigger
language plpgsql security definer set search_path from current
as $$
begin
  if tg_op <> 'INSERT' then
    delete from user_search_term
    where organization_id = old.organization_id and user_id = old.id
      and term = any (gatehouse_user_terms(old.email_key, old.name));
  end if;
  if tg_op <> 'DELETE' then
    insert into user_search_term (organization_id, term, user_id)
    select new.organization_id, term, new.id from unnest(gatehouse_user_terms(new.email_key, new.name)) term;
  end if;
  return null;
end
$$;
comment on function gatehouse_keep_user_terms is 'Keeps what a user is found by.';
create trigger search_terms after insert or delete on app_user for each row execute function gatehouse_keep_user_terms();
create trigger search_terms_changed after update of email_key, name on app_user for each row
  when (old.email_key is distinct from new.email_key or old.name is distinct from new.name)
  execute function gatehouse_keep_user_terms();

create function gatehouse_count_user(organization_of uuid, address text, by_users integer, by_disabled integer) returns void
language plpgsql security definer set search_path from current
as $$
begin
  update organization_user_count set users = users + by_users, disabled = disabled + by_disabled
  where organization_id = organization_of and domain = split_part(address, '@', -1);
  if found then
    delete from organization_user_count
    where organization_id = organization_of and domain = split_part(address, '@', -1) and users = 0;
  elsif by_users > 0 then
    insert into organization_user_count as kept (organization_id, domain, users, disabled)
    select id, split_part(address, '@', -1), by_users, by_disabled from organization where id = organization_of
    on conflict (organization_id, domain) do update
    set users = kept.users + excluded.users, disabled = kept.disabled + excluded.disabled;
  end if;
end
$$;
comment on function gatehouse_count_user is 'Adds to how many users of an organization have a mail domain.';
revoke execute on function gatehouse_count_user from public;

create function gatehouse_keep_user_count() returns trigger
language plpgsql security definer set search_path from current
as $$
begin
  if tg_op <> 'INSERT' then
    perform gatehouse_count_user(old.organization_id, old.email_key, -1, -(old.status = 'disabled')::int);
  end if;
  if tg_op <> 'DELETE' then
    perform gatehouse_count_user(new.organization_id, new.email_key, 1, (new.status = 'disabled')::int);
  end if;
  return null;
end
$$;
comment on function gatehouse_keep_user_count is
  'Keeps how many users an organization has. At the end of the transaction: two that add a user wait for each other only while one commits, and hold nothing else then that they could wait for.';
create constraint trigger user_count after insert or delete on app_user
  deferrable initially deferred for each row execute function gatehouse_keep_user_count();
create constraint trigger user_count_changed after update on app_user
  deferrable initially deferred for each row
  when (old.email_key is distinct from new.email_key or (old.status = 'disabled') <> (new.status = 'disabled'))
  execute function gatehouse_keep_user_count();

create function gatehouse_keep_last_login() returns trigger
language plpgsql security definer set search_path from current
as $$
begin
  -- Mostly somebody logged in within the minute: then nothing is written and nothing is locked.
  if exists (select from organization_login
             where organization_id = new.organization_id and last_login_at > new.last_login_at - interval '1 minute') then
    return null;
  end if;
  insert into organization_login as kept (organization_id, last_login_at) values (new.organization_id, new.last_login_at)
  on conflict (organization_id) do update set last_login_at = greatest(kept.last_login_at, excluded.last_login_at);
  return null;
end
$$;
comment on function gatehouse_keep_last_login is 'Keeps when somebody of an organization logged in last; at the end of the transaction, as gatehouse_keep_user_count.';
create constraint trigger last_login after update on app_user
  deferrable initially deferred for each row
  when (new.last_login_at is not null and old.last_login_at is distinct from new.last_login_at)
  execute function gatehouse_keep_last_login();

create procedure gatehouse_fill_counts()
language sql
as $$
  delete from organization_user_count;
  delete from organization_login;
  insert into organization_user_count (organization_id, domain, users, disabled)
    select organization_id, split_part(email_key, '@', -1), count(*), count(*) filter (where status = 'disabled')
    from app_user group by 1, 2;
  insert into organization_login (organization_id, last_login_at)
    select organization_id, max(last_login_at) from app_user where last_login_at is not null group by 1;
$$;
comment on procedure gatehouse_fill_counts is 'Writes anew how many users organizations have, and when somebody of them logged in last.';
revoke execute on procedure gatehouse_fill_counts from public;
call gatehouse_fill_counts();

create procedure gatehouse_fill_user_terms()
language sql
as $$
  delete from user_search_term;
  -- In the order of the key, so that the index is written from its beginning to its end.
  insert into user_search_term (organization_id, term, user_id)
    select organization_id, term, id from app_user cross join lateral unnest(gatehouse_user_terms(email_key, name)) term order by 1, 2, 3;
$$;
comment on procedure gatehouse_fill_user_terms is 'Writes anew what users are found by.';
revoke execute on procedure gatehouse_fill_user_terms from public;
