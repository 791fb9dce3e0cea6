-- Users made at their first login, where an organization wants that for its verified domains.

alter table organization add column just_in_time boolean not null default false;
comment on column organization.just_in_time is 'Whoever its identity provider proves with an address at a domain that it verified, and who has no user, gets one at the first login.';

alter table app_user add column came_by_single_sign_on boolean not null default false;
comment on column app_user.came_by_single_sign_on is 'Made at a first login, not invited.';
create index app_user_made_at_login on app_user (organization_id, created_at) where came_by_single_sign_on;

alter table identity drop constraint identity_bound_by_check;
alter table identity add constraint identity_bound_by_check
  check (bound_by in ('invitation', 'proven-address', 'mailed-code', 'administrator', 'just-in-time'));
