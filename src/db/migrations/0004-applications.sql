-- Applications and what the OpenID Provider keeps for them: sessions, logins, authorization codes, tokens.

create table application (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  client_id text not null unique,
  name text not null check (length(name) between 1 and 120),
  kind text not null check (kind in ('web', 'browser', 'native')),
  first_party boolean not null default false,
  redirect_uris text[] not null,
  post_logout_redirect_uris text[] not null default '{}',
  initiate_login_uri text,
  backchannel_logout_uri text,
  client_authentication text not null
    check (client_authentication in ('client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none')),
  client_secret_hash bytea,
  client_keys jsonb,
  signing_algorithm text not null default 'ES256' check (signing_algorithm in ('ES256', 'RS256')),
  refresh_tokens boolean not null default false,
  offline boolean not null default false,
  unproven_addresses boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null,
  check ((client_secret_hash is not null) = (client_authentication in ('client_secret_basic', 'client_secret_post'))),
  check (client_authentication <> 'private_key_jwt' or client_keys is not null)
);
create index application_of on application (organization_id, created_at desc);
comment on table application is 'Software that relies on us; owned by one organization, usable by it and those below.';
comment on column application.id is 'Random 128 bit.';
comment on column application.organization_id is 'Its owner.';
comment on column application.client_id is 'Its name on the wire (OAuth client_id): the outside form of its id.';
comment on column application.name is 'Shown to people.';
comment on column application.kind is 'web (keeps a secret), browser or native (public clients).';
comment on column application.first_party is 'No consent asked; set by administrators of the root alone.';
comment on column application.redirect_uris is 'Compared exactly; for native ones the port of a loopback address is free (RFC 8252 7.3).';
comment on column application.post_logout_redirect_uris is 'Where a logout may return to, compared exactly.';
comment on column application.initiate_login_uri is 'Where its own login starts; the target of its tile.';
comment on column application.backchannel_logout_uri is 'Where logout tokens are posted.';
comment on column application.client_authentication is 'How it authenticates at the token endpoint.';
comment on column application.client_secret_hash is 'SHA-256 of its 256-bit client secret.';
comment on column application.client_keys is 'Its public keys (JWKS) for private_key_jwt.';
comment on column application.signing_algorithm is 'What its ID tokens are signed with.';
comment on column application.refresh_tokens is 'Whether it gets refresh tokens.';
comment on column application.offline is 'Refresh tokens may outlive the session. Weaker; off by default.';
comment on column application.unproven_addresses is 'Gets email claims that nobody proved. Weaker; off by default.';
comment on column application.version is 'Counts changes.';
comment on column application.created_at is 'When it was registered.';
call gatehouse_guard('application', 'select, insert, update, delete');

create table application_access (
  application_id uuid not null references application (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  created_at timestamptz not null,
  primary key (application_id, organization_id)
);
comment on table application_access is 'Narrows an application to some organizations; without rows it is usable by its owner and all below.';
comment on column application_access.application_id is 'Which application.';
comment on column application_access.organization_id is 'An organization whose users, and those below, may use it.';
comment on column application_access.created_at is 'When it was allowed.';
call gatehouse_guard('application_access', 'select, insert, delete');

create table application_consent (
  user_id uuid not null references app_user (id) on delete cascade,
  application_id uuid not null references application (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  scope text not null,
  granted_at timestamptz not null,
  primary key (user_id, application_id)
);
comment on table application_consent is 'What a user allowed an application that is not first-party.';
comment on column application_consent.user_id is 'Who allowed.';
comment on column application_consent.application_id is 'Whom.';
comment on column application_consent.organization_id is 'The user''s organization.';
comment on column application_consent.scope is 'Scopes allowed, separated by spaces.';
comment on column application_consent.granted_at is 'When.';
call gatehouse_guard('application_consent', 'select, delete');

create table user_application_role (
  user_id uuid not null references app_user (id) on delete cascade,
  application_id uuid not null references application (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  role text not null check (role ~ '^[a-z0-9][a-z0-9_.:-]{0,63}$'),
  created_at timestamptz not null,
  primary key (user_id, application_id, organization_id, role)
);
comment on table user_application_role is 'What a user may do in an application for one organization in scope; the roles claim.';
comment on column user_application_role.user_id is 'Who.';
comment on column user_application_role.application_id is 'In which application.';
comment on column user_application_role.organization_id is 'For which organization in scope.';
comment on column user_application_role.role is 'A word the application understands.';
comment on column user_application_role.created_at is 'When it was given.';
call gatehouse_guard('user_application_role', 'select, insert, delete');

create table session (
  id uuid primary key,
  cookie_hash bytea not null unique,
  uid text not null unique,
  user_id uuid references app_user (id) on delete cascade,
  organization_id uuid references organization (id) on delete cascade,
  connection_id uuid,
  method text,
  emergency boolean not null default false,
  amr text[] not null default '{}',
  auth_time timestamptz,
  factor_at timestamptz,
  logged_in_at timestamptz,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  idle_expires_at timestamptz not null,
  client_ids text[] not null default '{}',
  payload jsonb not null
);
create index session_of_user on session (user_id);
create index session_of_organization on session (organization_id);
create index session_expiry on session (expires_at);
comment on table session is 'A browser''s state after a login; oidc-provider''s Session.';
comment on column session.id is 'Random 128 bit, ours.';
comment on column session.cookie_hash is 'SHA-256 of the session cookie.';
comment on column session.uid is 'The library''s stable id of the session, in tokens bound to it; opens nothing.';
comment on column session.user_id is 'Who is logged in; null while a logout page waits for an answer.';
comment on column session.organization_id is 'The user''s organization.';
comment on column session.connection_id is 'The connection it was made through.';
comment on column session.method is 'The method it was made with.';
comment on column session.emergency is 'Made through /login/emergency.';
comment on column session.amr is 'The factors proved (RFC 8176), for a federated login as the provider stated them.';
comment on column session.auth_time is 'When the person authenticated; for a federated login null unless the provider stated it.';
comment on column session.factor_at is 'When a factor of ours, or a login asked afresh, was last proved; changes to methods and roles ask a recent one.';
comment on column session.logged_in_at is 'When it was made.';
comment on column session.last_seen_at is 'When it was last used.';
comment on column session.expires_at is 'When it ends whatever happens.';
comment on column session.idle_expires_at is 'When it ends unless used.';
comment on column session.client_ids is 'Applications that got tokens in it; told when it ends.';
comment on column session.payload is 'The rest of what the library keeps, without the session''s id.';
call gatehouse_guard('session', 'select, delete');

create table login (
  id uuid primary key,
  handle_hash bytea not null unique,
  reference text not null,
  client_id text not null,
  organization_id uuid references organization (id) on delete cascade,
  user_id uuid,
  step text not null,
  state jsonb not null,
  request jsonb not null,
  trace jsonb not null default '[]',
  refusal text,
  version integer not null default 1,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index login_newest on login (organization_id, created_at desc);
create index login_reference on login (reference);
create index login_age on login (created_at);
comment on table login is 'One attempt from email to result; oidc-provider''s Interaction. Kept 30 days.';
comment on column login.id is 'Random 128 bit, ours.';
comment on column login.handle_hash is 'SHA-256 of the id in the page''s address and the browser''s cookie.';
comment on column login.reference is 'Short code a person can quote.';
comment on column login.client_id is 'The application it leads to.';
comment on column login.organization_id is 'The organization, once known.';
comment on column login.user_id is 'The user, once known.';
comment on column login.step is 'Where it stands; the steps of login/login.ts.';
comment on column login.state is 'What the steps know so far.';
comment on column login.request is 'What the library keeps of the authorization request, without the session''s id.';
comment on column login.trace is 'What happened, step by step, with listed claims; never tokens.';
comment on column login.refusal is 'Why it was refused.';
comment on column login.version is 'Counts steps; of two tabs at one step the second is told.';
comment on column login.created_at is 'When it began.';
comment on column login.expires_at is 'When its page expires.';
comment on column login.ended_at is 'When it finished or was refused.';
call gatehouse_guard('login', 'select');

create table oidc_code (
  created_on date not null,
  code_hash bytea not null,
  family_id uuid not null,
  client_id text not null,
  user_id uuid not null,
  organization_in_scope_id uuid not null,
  session_uid text not null,
  payload jsonb not null,
  expires_at timestamptz not null,
  consumed_at timestamptz,
  primary key (created_on, code_hash)
) partition by range (created_on);
create index oidc_code_family on oidc_code (family_id);
comment on table oidc_code is 'Authorization codes, one minute, once. A partition a day.';
comment on column oidc_code.created_on is 'The UTC day it was made.';
comment on column oidc_code.code_hash is 'SHA-256 of the code.';
comment on column oidc_code.family_id is 'Names the code and all tokens that follow from it; they die together.';
comment on column oidc_code.client_id is 'The application it is for.';
comment on column oidc_code.user_id is 'Who logged in.';
comment on column oidc_code.organization_in_scope_id is 'The organization its tokens speak about.';
comment on column oidc_code.session_uid is 'The session it came from.';
comment on column oidc_code.payload is 'The rest of what the library keeps, without the code.';
comment on column oidc_code.expires_at is 'One minute later.';
comment on column oidc_code.consumed_at is 'When it was redeemed.';
grant select, insert, update, delete on oidc_code to gatehouse_service;

create table oidc_access_token (
  created_on date not null,
  token_hash bytea not null,
  family_id uuid not null,
  client_id text not null,
  user_id uuid not null,
  organization_in_scope_id uuid not null,
  session_uid text,
  payload jsonb not null,
  expires_at timestamptz not null,
  primary key (created_on, token_hash)
) partition by range (created_on);
create index oidc_access_token_family on oidc_access_token (family_id);
comment on table oidc_access_token is 'Opaque access tokens, minutes long. A partition a day.';
comment on column oidc_access_token.created_on is 'The UTC day it was made.';
comment on column oidc_access_token.token_hash is 'SHA-256 of the token.';
comment on column oidc_access_token.family_id is 'As in oidc_code.';
comment on column oidc_access_token.client_id is 'The application that holds it.';
comment on column oidc_access_token.user_id is 'Whom it speaks for.';
comment on column oidc_access_token.organization_in_scope_id is 'The organization it speaks about.';
comment on column oidc_access_token.session_uid is 'The session it ends with; null when it may outlive it.';
comment on column oidc_access_token.payload is 'The rest of what the library keeps, without the token.';
comment on column oidc_access_token.expires_at is 'When it ends.';
grant select, insert, update, delete on oidc_access_token to gatehouse_service;

create table oidc_refresh_token (
  created_on date not null,
  token_hash bytea not null,
  family_id uuid not null,
  client_id text not null,
  user_id uuid not null,
  organization_in_scope_id uuid not null,
  session_uid text,
  payload jsonb not null,
  expires_at timestamptz not null,
  consumed_at timestamptz,
  primary key (created_on, token_hash)
) partition by range (created_on);
create index oidc_refresh_token_family on oidc_refresh_token (family_id);
comment on table oidc_refresh_token is 'Refresh tokens, each used once. A partition a day.';
comment on column oidc_refresh_token.created_on is 'The UTC day it was made.';
comment on column oidc_refresh_token.token_hash is 'SHA-256 of the token.';
comment on column oidc_refresh_token.family_id is 'As in oidc_code; it dies when a used token comes back.';
comment on column oidc_refresh_token.client_id is 'The application that holds it.';
comment on column oidc_refresh_token.user_id is 'Whom it speaks for.';
comment on column oidc_refresh_token.organization_in_scope_id is 'The organization its access tokens speak about.';
comment on column oidc_refresh_token.session_uid is 'The session it ends with; null when it may outlive it.';
comment on column oidc_refresh_token.payload is 'The rest of what the library keeps, without the token.';
comment on column oidc_refresh_token.expires_at is 'When it ends.';
comment on column oidc_refresh_token.consumed_at is 'When its successor was given.';
grant select, insert, update, delete on oidc_refresh_token to gatehouse_service;

create table oidc_record (
  kind text not null,
  id_hash bytea not null,
  payload jsonb not null,
  expires_at timestamptz not null,
  consumed_at timestamptz,
  primary key (kind, id_hash)
);
create index oidc_record_expiry on oidc_record (expires_at);
comment on table oidc_record is 'Pushed authorization requests and seen ids of client assertions and DPoP proofs.';
comment on column oidc_record.kind is 'The library''s name of the model.';
comment on column oidc_record.id_hash is 'SHA-256 of its id.';
comment on column oidc_record.payload is 'What the library keeps, without the id.';
comment on column oidc_record.expires_at is 'When it ends.';
comment on column oidc_record.consumed_at is 'When it was used.';
grant select, insert, update, delete on oidc_record to gatehouse_service;
