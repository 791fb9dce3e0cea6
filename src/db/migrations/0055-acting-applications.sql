-- An application that acts for users: it exchanges their access tokens for ones of its own (RFC 8693).

alter table application add column acts_for_users boolean not null default false;
alter table application add constraint application_acts_for_users check (
  not acts_for_users or (kind in ('web', 'machine') and not high_security)
);
comment on column application.acts_for_users is 'May exchange users'' access tokens for ones that name it as actor (RFC 8693); set by administrators of the root alone.';
