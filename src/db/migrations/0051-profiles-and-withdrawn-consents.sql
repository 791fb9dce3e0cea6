-- What applications are told of a person beside the display name, and when a consent was withdrawn.

alter table app_user
  add column given_name text,
  add column family_name text,
  add column locale text,
  add column profile_changed_at timestamptz;
comment on column app_user.given_name is 'Given name, from the person, an administrator or, where there was none, the identity provider.';
comment on column app_user.family_name is 'Family name, as given_name.';
comment on column app_user.locale is 'Language and region as a language tag (BCP 47).';
comment on column app_user.profile_changed_at is 'When names, language or address last changed; null when that was never recorded.';

alter table application_consent add column withdrawn_at timestamptz;
comment on column application_consent.withdrawn_at is 'When it was last withdrawn: tokens that began before are ended.';
-- Servers of the version before know no withdrawal: without a scope they ask anew as well.
comment on column application_consent.scope is 'Scopes allowed, separated by spaces; empty after a withdrawal.';
