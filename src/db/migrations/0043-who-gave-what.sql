-- Who gave something stays known: who made a consent link, and what somebody gave by hand of the roles that rules decide now.

alter table admin_consent add column asked_by_kind text check (asked_by_kind in ('user', 'api-token', 'operator'));
update admin_consent set asked_by_kind = 'user' where asked_by is not null;
comment on column admin_consent.asked_by_kind is 'What made the link; null for a program or the operator of a version that did not note which: such a link works no more.';
comment on column admin_consent.asked_by is 'The user or the API token that made the link; null for the operator.';

alter table app_user add column roles_by_hand text[] not null default '{}';
comment on column app_user.roles_by_hand is 'Of the roles in ruled_roles, which somebody had given by hand (`console:viewer`, or an application''s id with a role): they stay when no rule gives them any more.';
