-- Connections: an organization's trust in its identity provider, and who is who there.

create table connection (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  method text not null check (method in ('entra-id', 'openid-connect')),
  state text not null check (state in ('draft', 'unconfirmed', 'active', 'previous')),
  version integer not null default 1,
  client_id text not null,
  issuer text not null,
  directory_id uuid,
  credential text not null check (credential in ('none', 'secret')),
  sealed_client_secret bytea,
  client_secret_set_at timestamptz,
  flow text not null check (flow in ('id-token', 'code')),
  redirect_uri text not null,
  metadata jsonb not null,
  metadata_read_at timestamptz not null,
  keys jsonb not null,
  keys_read_at timestamptz not null,
  configured_by uuid,
  configured_at timestamptz not null,
  confirmed_at timestamptz,
  unconfirmed_until timestamptz,
  previous_until timestamptz,
  ends_sessions_at timestamptz,
  last_success_at timestamptz,
  failing_since timestamptz,
  last_failure text,
  check ((method = 'entra-id') = (directory_id is not null)),
  check ((credential = 'secret') = (sealed_client_secret is not null))
);
create unique index connection_in_force on connection (organization_id) where state in ('unconfirmed', 'active');
create index connection_of on connection (organization_id, configured_at desc);
comment on table connection is 'The stored trust of one organization in one identity provider.';
comment on column connection.id is 'Random 128 bit.';
comment on column connection.organization_id is 'Whose trust.';
comment on column connection.method is 'Which connector speaks to it.';
comment on column connection.state is 'draft (setup link only), unconfirmed until its first successful login, active, previous.';
comment on column connection.version is 'Counts changes; a login that began under an older version does not finish.';
comment on column connection.client_id is 'Our client id at the provider.';
comment on column connection.issuer is 'The issuer as the provider''s metadata states it; compared byte for byte.';
comment on column connection.directory_id is 'Directory (tenant) ID of Entra ID.';
comment on column connection.credential is 'Whether we authenticate to the provider.';
comment on column connection.sealed_client_secret is 'The client secret, sealed; never shown again.';
comment on column connection.client_secret_set_at is 'When the secret was entered.';
comment on column connection.flow is 'id-token: the browser posts an ID token (form_post); code: authorization code with PKCE.';
comment on column connection.redirect_uri is 'Our callback that fits flow and provider, as registered there.';
comment on column connection.metadata is 'The last good discovery document.';
comment on column connection.metadata_read_at is 'When it was read.';
comment on column connection.keys is 'The last good key set (JWKS).';
comment on column connection.keys_read_at is 'When it was read.';
comment on column connection.configured_by is 'The user who saved it; null for an API token.';
comment on column connection.configured_at is 'When it was saved.';
comment on column connection.confirmed_at is 'When its first login succeeded.';
comment on column connection.unconfirmed_until is 'Until when people may still use the previous method, at most 14 days.';
comment on column connection.previous_until is 'Until when one may switch back to it, 30 days.';
comment on column connection.ends_sessions_at is 'Chosen at save: when sessions from before it end, once it is active.';
comment on column connection.last_success_at is 'When a login through it last succeeded.';
comment on column connection.failing_since is 'Since when every login through it failed.';
comment on column connection.last_failure is 'Category of the last failure.';
call gatehouse_guard('connection', 'select, insert, update, delete');

create table connection_transaction (
  state_hash bytea primary key,
  login_id uuid not null,
  organization_id uuid not null references organization (id) on delete cascade,
  connection_id uuid not null references connection (id) on delete cascade,
  connection_version integer not null,
  issuer text not null,
  redirect_uri text not null,
  nonce text not null,
  sealed_code_verifier bytea,
  browser_hash bytea not null,
  max_age integer,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
comment on table connection_transaction is 'One way out to an identity provider and back; taken by the first answer that names it, before anything is checked.';
comment on column connection_transaction.state_hash is 'SHA-256 of the state parameter.';
comment on column connection_transaction.login_id is 'The login it belongs to.';
comment on column connection_transaction.organization_id is 'Whose connection.';
comment on column connection_transaction.connection_id is 'The connection asked.';
comment on column connection_transaction.connection_version is 'Its version then.';
comment on column connection_transaction.issuer is 'Its issuer then; the answer must come from it.';
comment on column connection_transaction.redirect_uri is 'Where the answer must arrive.';
comment on column connection_transaction.nonce is 'The nonce the ID token must carry.';
comment on column connection_transaction.sealed_code_verifier is 'PKCE code verifier, sealed; null where no code is asked.';
comment on column connection_transaction.browser_hash is 'SHA-256 of the transaction cookie.';
comment on column connection_transaction.max_age is 'Greatest age of the provider''s own login asked for, seconds.';
comment on column connection_transaction.created_at is 'When the browser was sent.';
comment on column connection_transaction.expires_at is 'Ten minutes later.';
call gatehouse_guard('connection_transaction', '');

create table identity (
  id uuid primary key,
  connection_id uuid not null references connection (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  user_id uuid not null references app_user (id) on delete cascade,
  issuer text not null,
  directory_id text not null default '',
  subject text not null,
  bound_by text not null check (bound_by in ('invitation', 'proven-address', 'mailed-code')),
  address_at_binding text,
  bound_at timestamptz not null,
  last_seen_at timestamptz not null,
  unique (connection_id, issuer, directory_id, subject),
  unique (connection_id, user_id)
);
comment on table identity is 'Who somebody is at an identity provider, tied to one user; never found by address.';
comment on column identity.id is 'Random 128 bit.';
comment on column identity.connection_id is 'The connection it was proved through.';
comment on column identity.organization_id is 'The connection''s and the user''s organization.';
comment on column identity.user_id is 'Whom it logs in.';
comment on column identity.issuer is 'iss of the ID token.';
comment on column identity.directory_id is 'tid of the ID token for Entra ID, empty otherwise.';
comment on column identity.subject is 'oid for Entra ID, sub otherwise.';
comment on column identity.bound_by is 'What allowed the first binding.';
comment on column identity.address_at_binding is 'The address claimed then, for the administrator.';
comment on column identity.bound_at is 'When it was bound.';
comment on column identity.last_seen_at is 'When it last logged in.';
call gatehouse_guard('identity', 'select, delete');
