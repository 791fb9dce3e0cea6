-- A consent link ends with the rights of the API token that made it, as it does with those of a user.

alter table admin_consent add column asked_by_kind text check (asked_by_kind in ('user', 'api-token', 'operator'));
update admin_consent set asked_by_kind = 'user' where asked_by is not null;
comment on column admin_consent.asked_by_kind is 'What made the link; null for a program or the operator of a version that did not note which: such a link works no more.';
comment on column admin_consent.asked_by is 'The user or the API token that made the link; null for the operator.';
