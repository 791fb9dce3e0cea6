-- People: users, how they prove who they are, and the links that bring them in.

create table app_user (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  email text not null,
  email_key text not null,
  name text,
  status text not null check (status in ('pending', 'verified', 'disabled')),
  console_role text check (console_role in ('administrator', 'editor', 'viewer')),
  console_role_held_back text check (console_role_held_back in ('administrator', 'editor', 'viewer')),
  break_glass boolean not null default false,
  access_until timestamptz,
  email_proven_at timestamptz,
  last_login_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  unique (organization_id, email_key)
);
create index app_user_by_address on app_user (email_key);
create index app_user_newest on app_user (organization_id, created_at desc, id);
comment on table app_user is 'A person''s account in exactly one organization, its home.';
comment on column app_user.id is 'Random 128 bit; outside it is the OpenID Connect sub.';
comment on column app_user.organization_id is 'Its home organization.';
comment on column app_user.email is 'The address as typed.';
comment on column app_user.email_key is 'The address as compared: trimmed, NFC, lower case, domain by UTS-46.';
comment on column app_user.name is 'Display name, from the person or the identity provider.';
comment on column app_user.status is 'pending: never logged in; verified; disabled.';
comment on column app_user.console_role is 'What the user may do in the console, in its organization and those it manages.';
comment on column app_user.console_role_held_back is 'A console role that waits for an administrator, because the person came with another address than invited.';
comment on column app_user.break_glass is 'May use /login/emergency whatever the organization''s method.';
comment on column app_user.access_until is 'When access ends by itself; null for no end.';
comment on column app_user.email_proven_at is 'When we proved the mailbox for this user (link or code mailed there).';
comment on column app_user.last_login_at is 'When the last login succeeded.';
comment on column app_user.version is 'Counts changes.';
comment on column app_user.created_at is 'When it was created.';
call gatehouse_guard('app_user', 'select, insert, update, delete');

create table setup_link (
  id uuid primary key,
  token_hash bytea not null unique,
  organization_name text,
  email text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz
);
create unique index setup_link_accepted_once on setup_link ((true)) where accepted_at is not null;
comment on table setup_link is 'Links that create the root organization and its first administrator; the first acceptance closes setup for good.';
comment on column setup_link.id is 'Random 128 bit.';
comment on column setup_link.token_hash is 'SHA-256 of the link''s secret.';
comment on column setup_link.organization_name is 'Name proposed for the root organization.';
comment on column setup_link.email is 'Address proposed for the first administrator.';
comment on column setup_link.created_at is 'When it was printed.';
comment on column setup_link.expires_at is 'One hour later.';
comment on column setup_link.accepted_at is 'When it was accepted; at most one row ever has it.';
grant select, insert, update, delete on setup_link to gatehouse_service;

create table invitation (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  user_id uuid not null references app_user (id) on delete cascade,
  token_hash bytea not null unique,
  invited_by uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  browser_hash bytea,
  taken_up_at timestamptz,
  accepted_at timestamptz,
  revoked_at timestamptz,
  mailed boolean not null default true
);
create index invitation_of_browser on invitation (browser_hash) where browser_hash is not null;
create index invitation_of_user on invitation (user_id, created_at desc);
create index invitation_newest on invitation (organization_id, created_at desc, id desc);
create unique index invitation_one_open on invitation (user_id) where accepted_at is null and revoked_at is null;
comment on table invitation is 'An invitation of a user: a link that leaves by mail alone.';
comment on column invitation.id is 'Random 128 bit.';
comment on column invitation.organization_id is 'The user''s organization.';
comment on column invitation.user_id is 'Who is invited.';
comment on column invitation.token_hash is 'SHA-256 of the link''s secret.';
comment on column invitation.invited_by is 'The user who invited; null for an API token or the operator.';
comment on column invitation.created_at is 'When it was made.';
comment on column invitation.expires_at is 'Two days later.';
comment on column invitation.browser_hash is 'SHA-256 of the cookie of the browser that took it up; no other browser may go on with it.';
comment on column invitation.taken_up_at is 'When Log In was pressed on its page.';
comment on column invitation.accepted_at is 'When its user''s first login succeeded with it.';
comment on column invitation.revoked_at is 'When it was revoked or replaced by a newer one.';
comment on column invitation.mailed is 'Whether a mail carried it, so that its acceptance proves the mailbox; false for the one a setup link makes.';
call gatehouse_guard('invitation', 'select, insert, update');

create table reset_link (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  user_id uuid not null references app_user (id) on delete cascade,
  kind text not null check (kind in ('password', 'recovery')),
  token_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  browser_hash bytea,
  used_at timestamptz,
  voided_at timestamptz
);
create index reset_link_of_user on reset_link (user_id);
comment on table reset_link is 'Links that let a user choose a new password (30 minutes, once); the operator''s recovery links also let it enroll anew.';
comment on column reset_link.id is 'Random 128 bit.';
comment on column reset_link.organization_id is 'The user''s organization.';
comment on column reset_link.user_id is 'Whose password.';
comment on column reset_link.kind is 'password: by Forgot password; recovery: by the operator''s command.';
comment on column reset_link.token_hash is 'SHA-256 of the link''s secret.';
comment on column reset_link.created_at is 'When it was asked for.';
comment on column reset_link.expires_at is 'When it ends.';
comment on column reset_link.browser_hash is 'SHA-256 of the cookie of the browser that took it up.';
comment on column reset_link.used_at is 'When the password was set with it.';
comment on column reset_link.voided_at is 'When a newer link, a login, a changed address or method made it void.';
call gatehouse_guard('reset_link', 'select, insert, update');

create table authenticator (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  user_id uuid not null references app_user (id) on delete cascade,
  kind text not null check (kind in ('password', 'totp', 'security-key')),
  name text not null,
  password_hash text,
  sealed_seed bytea,
  last_time_step bigint,
  credential_id text unique,
  public_key bytea,
  signature_count bigint,
  transports text[],
  created_at timestamptz not null,
  last_used_at timestamptz,
  dormant_since timestamptz,
  check ((kind = 'password') = (password_hash is not null)),
  check ((kind = 'totp') = (sealed_seed is not null)),
  check ((kind = 'security-key') = (credential_id is not null and public_key is not null))
);
create index authenticator_of_user on authenticator (user_id, kind);
create unique index authenticator_one_password on authenticator (user_id) where kind = 'password';
comment on table authenticator is 'Something a user enrolled: a password, an authenticator app, a security key.';
comment on column authenticator.id is 'Random 128 bit.';
comment on column authenticator.organization_id is 'The user''s organization.';
comment on column authenticator.user_id is 'Whose.';
comment on column authenticator.kind is 'password, totp (RFC 6238) or security-key (WebAuthn).';
comment on column authenticator.name is 'What the user calls it.';
comment on column authenticator.password_hash is 'Argon2id, PHC string.';
comment on column authenticator.sealed_seed is 'TOTP seed, sealed.';
comment on column authenticator.last_time_step is 'The last TOTP time step accepted; none at or before it is accepted again.';
comment on column authenticator.credential_id is 'WebAuthn credential id, base64url.';
comment on column authenticator.public_key is 'WebAuthn public key, COSE.';
comment on column authenticator.signature_count is 'WebAuthn signature counter as last seen.';
comment on column authenticator.transports is 'WebAuthn transports as stated at enrolment.';
comment on column authenticator.created_at is 'When it was enrolled.';
comment on column authenticator.last_used_at is 'When it last proved something.';
comment on column authenticator.dormant_since is 'Since when it is refused because the organization logs in elsewhere; removed 30 days later.';
call gatehouse_guard('authenticator', 'select, update, delete');

create table recovery_code (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  user_id uuid not null references app_user (id) on delete cascade,
  code_mac bytea not null,
  created_at timestamptz not null,
  used_at timestamptz,
  unique (user_id, code_mac)
);
comment on table recovery_code is 'Codes that stand in for a lost authenticator, each once.';
comment on column recovery_code.id is 'Random 128 bit.';
comment on column recovery_code.organization_id is 'The user''s organization.';
comment on column recovery_code.user_id is 'Whose.';
comment on column recovery_code.code_mac is 'HMAC of user and code under a key derived from the master key.';
comment on column recovery_code.created_at is 'When the set was made.';
comment on column recovery_code.used_at is 'When it was used.';
call gatehouse_guard('recovery_code', 'select, delete');

create table api_token (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  role text not null check (role in ('administrator', 'editor', 'viewer')),
  token_hash bytea not null unique,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
comment on table api_token is 'Access tokens for programs that call the API.';
comment on column api_token.id is 'Random 128 bit.';
comment on column api_token.organization_id is 'The organization it speaks for, with those below.';
comment on column api_token.role is 'What it may do.';
comment on column api_token.token_hash is 'SHA-256 of the token.';
comment on column api_token.created_by is 'Who made it: an operator''s system account, as it calls itself.';
comment on column api_token.created_at is 'When it was made.';
comment on column api_token.expires_at is 'When it ends; 90 days later by default.';
comment on column api_token.last_used_at is 'When it was last used, to the minute.';
comment on column api_token.revoked_at is 'When it was revoked.';
create index api_token_newest on api_token (organization_id, created_at desc, id desc);
call gatehouse_guard('api_token', 'select, insert, update');
