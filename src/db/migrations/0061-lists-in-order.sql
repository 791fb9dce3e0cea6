-- What users are found by, and an index in the order of each list that grows with an installation.

-- Written beside running logins, from what stands there at one moment; whoever is changed meanwhile is looked at again below.
create table user_search_filled as select id, organization_id, email_key, name from app_user;
insert into user_search_term (organization_id, term, user_id)
  select organization_id, term, id from user_search_filled cross join lateral unnest(gatehouse_user_terms(email_key, name)) term
  order by 1, 2, 3
  on conflict do nothing;

-- From here on users, events and logins wait until the end.
lock table app_user in share mode;
create table user_search_changed as
  select filled.* from user_search_filled filled left join app_user now using (id)
  where now.id is null or now.email_key <> filled.email_key or now.name is distinct from filled.name;
delete from user_search_term using user_search_changed changed
where user_search_term.organization_id = changed.organization_id and user_search_term.user_id = changed.id
  and user_search_term.term = any (gatehouse_user_terms(changed.email_key, changed.name));
insert into user_search_term (organization_id, term, user_id)
  select now.organization_id, term, now.id from app_user now join user_search_changed using (id)
    cross join lateral unnest(gatehouse_user_terms(now.email_key, now.name)) term
  on conflict do nothing;
drop table user_search_filled, user_search_changed;

create index app_user_of_status on app_user (organization_id, status, email_key);
create index app_user_break_glass on app_user (organization_id) where break_glass;
create index app_user_with_role on app_user (organization_id) where console_role is not null;
create index organization_by_name on organization (lower(name), id);
create index application_by_name on application (organization_id, lower(name), id);
create index invitation_open on invitation (organization_id, created_at desc, id desc)
  where accepted_at is null and revoked_at is null;

-- Most events are about the person who causes them, and most are tokens issued: neither is written to these.
create index audit_event_of_actor on audit_event (organization_id, actor_id, id desc) where actor_id is distinct from user_id;
create index audit_event_of_kind on audit_event (organization_id, kind, id desc) where kind <> 'token.issued';

alter table login add column typed_address text collate "C"
  generated always as (lower(state #>> '{login,email}')) stored;
comment on column login.typed_address is 'The address that was typed, in lower case: what a login of nobody known is found by.';
create index login_of_user on login (user_id, created_at desc, id desc) where user_id is not null;
create index login_of_address on login (organization_id, typed_address) where typed_address is not null;
