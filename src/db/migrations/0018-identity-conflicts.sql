-- An identity is never moved by address alone (OpenID Connect Core 5.7): who came with the address of another person waits
-- for an administrator, and an address that was changed is proven anew.

create table identity_conflict (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  user_id uuid not null references app_user (id) on delete cascade,
  connection_id uuid not null references connection (id) on delete cascade,
  issuer text not null,
  directory_id text not null default '',
  subject text not null,
  name text,
  address text,
  reference text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  unique (user_id, connection_id, issuer, directory_id, subject)
);
create index identity_conflict_oldest on identity_conflict (last_seen_at);
comment on table identity_conflict is 'Refused logins: a subject came for a user who is tied to another one, or is tied to another user itself. Until an administrator decides.';
comment on column identity_conflict.id is 'Random 128 bit.';
comment on column identity_conflict.organization_id is 'The user''s organization.';
comment on column identity_conflict.user_id is 'The user the login was for: by the claimed address, the address typed, or the invitation.';
comment on column identity_conflict.connection_id is 'The connection it was proved through.';
comment on column identity_conflict.issuer is 'iss of the ID token.';
comment on column identity_conflict.directory_id is 'tid of the ID token for Entra ID, empty otherwise.';
comment on column identity_conflict.subject is 'Who came: oid for Entra ID, sub otherwise.';
comment on column identity_conflict.name is 'The name the provider states for who came.';
comment on column identity_conflict.address is 'The address the provider states for who came.';
comment on column identity_conflict.reference is 'Reference of the last refused login.';
comment on column identity_conflict.first_seen_at is 'When it was refused first.';
comment on column identity_conflict.last_seen_at is 'When it was refused last; kept as long as logins are.';
call gatehouse_guard('identity_conflict', 'select, delete');

create table address_proof (
  user_id uuid primary key references app_user (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  email_key text not null,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
comment on table address_proof is 'Changed addresses that are not proven yet: the link that was mailed there. Gone when it is proven or changed again.';
comment on column address_proof.user_id is 'Whose address.';
comment on column address_proof.organization_id is 'The user''s organization.';
comment on column address_proof.email_key is 'The address to prove, as compared.';
comment on column address_proof.token_hash is 'SHA-256 of the link''s secret.';
comment on column address_proof.created_at is 'When the link was mailed.';
comment on column address_proof.expires_at is 'Two days later; another one can be mailed.';
call gatehouse_guard('address_proof', 'select, insert, update, delete');

alter table app_user add column identity_reset_at timestamptz;
comment on column app_user.identity_reset_at is 'When an administrator ended the tie to the identity provider: nobody is tied to this user again before an administrator decides.';

alter table identity add column stated_address text;
comment on column identity.stated_address is 'The address the provider stated at the last login, where it is another than the user''s.';
alter table identity drop constraint identity_bound_by_check;
alter table identity add constraint identity_bound_by_check
  check (bound_by in ('invitation', 'proven-address', 'mailed-code', 'administrator'));
grant insert on identity to gatehouse_api;
