-- An index in the order of each list that grows with an installation.

create index organization_by_name on organization (lower(name), id);
create index app_user_of_status on app_user (organization_id, status, email_key);
create index app_user_break_glass on app_user (organization_id) where break_glass;
create index app_user_with_role on app_user (organization_id) where console_role is not null;
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
