-- Connection templates: one registration at a provider that serves every organization below its owner, and the admin
-- consent of each of them.

create table connection_template (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  method text not null,
  name text not null,
  client_id text not null,
  cloud text not null,
  credential text not null check (credential in ('none', 'secret')),
  sealed_client_secret bytea,
  client_secret_set_at timestamptz,
  credential_expires_at timestamptz,
  version integer not null default 1,
  created_by uuid,
  created_at timestamptz not null,
  check ((credential = 'secret') = (sealed_client_secret is not null)),
  check ((credential = 'secret') = (client_secret_set_at is not null))
);
create unique index connection_template_name on connection_template (organization_id, lower(name));
comment on table connection_template is 'One registration at a provider, kept by a managing organization and used by the connections of organizations below it.';
comment on column connection_template.id is 'Random 128 bit.';
comment on column connection_template.organization_id is 'The managing organization that keeps it; used strictly below it.';
comment on column connection_template.method is 'Which connector: entra-id.';
comment on column connection_template.name is 'How its administrators call it.';
comment on column connection_template.client_id is 'Application (client) ID of the multi-tenant registration.';
comment on column connection_template.cloud is 'The provider''s cloud where it is registered.';
comment on column connection_template.credential is 'Whether we authenticate to the provider.';
comment on column connection_template.sealed_client_secret is 'The client secret, sealed once for all connections; never shown again.';
comment on column connection_template.client_secret_set_at is 'When the secret was entered.';
comment on column connection_template.credential_expires_at is 'When the secret expires at the provider, as entered; null when not known.';
comment on column connection_template.version is 'Counts changes.';
comment on column connection_template.created_by is 'The user who made it; null for a program or the operator.';
comment on column connection_template.created_at is 'When it was made.';
call gatehouse_guard('connection_template', 'select, insert, update, delete');

alter table connection add column template_id uuid references connection_template (id);
create index connection_of_template on connection (template_id) where template_id is not null;
comment on column connection.template_id is 'The template whose registration and secret it uses; null for a registration of the organization''s own.';
alter table connection drop constraint if exists connection_check1;
alter table connection add constraint connection_secret_stored
  check ((credential = 'secret' and template_id is null) = (sealed_client_secret is not null));

create table admin_consent (
  id uuid primary key,
  template_id uuid not null references connection_template (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  email text not null,
  token_hash bytea not null unique,
  asked_by uuid,
  asked_by_name text not null,
  made_at timestamptz not null,
  sent_at timestamptz,
  expires_at timestamptz not null,
  opened_at timestamptz,
  state_hash bytea unique,
  browser_hash bytea,
  requested_at timestamptz,
  directory_id uuid,
  consented_at timestamptz,
  trial_id uuid references trial (id) on delete set null,
  proof_browser_hash bytea,
  tested_at timestamptz,
  tested_by text,
  failure text,
  failure_values jsonb not null default '{}',
  failed_at timestamptz,
  turned_on_at timestamptz,
  unique (template_id, organization_id),
  check ((state_hash is null) = (browser_hash is null)),
  check (tested_at is null or directory_id is not null),
  check ((failure is null) = (failed_at is null))
);
create unique index admin_consent_directory on admin_consent (template_id, directory_id) where tested_at is not null;
create index admin_consent_of on admin_consent (organization_id);
create index admin_consent_of_directory on admin_consent (directory_id) where tested_at is not null;
create index admin_consent_of_trial on admin_consent (trial_id) where trial_id is not null;
comment on table admin_consent is 'The admin consent of one organization''s directory to a template: its link, the answer, the proof. The newest link alone works.';
comment on column admin_consent.id is 'Random 128 bit.';
comment on column admin_consent.template_id is 'What is consented to.';
comment on column admin_consent.organization_id is 'Whose directory consents.';
comment on column admin_consent.email is 'Address of the person who is asked.';
comment on column admin_consent.token_hash is 'SHA-256 of the link''s secret.';
comment on column admin_consent.asked_by is 'The user who made the link; null for a program or the operator.';
comment on column admin_consent.asked_by_name is 'How the maker was called then.';
comment on column admin_consent.made_at is 'When the link was made.';
comment on column admin_consent.sent_at is 'When it was mailed; null for one that was only shown.';
comment on column admin_consent.expires_at is 'Thirty days after it was made.';
comment on column admin_consent.opened_at is 'When somebody first went to the provider through it.';
comment on column admin_consent.state_hash is 'SHA-256 of the state of the consent request under way; taken by the first answer that names it.';
comment on column admin_consent.browser_hash is 'SHA-256 of the cookie of the browser that was sent.';
comment on column admin_consent.requested_at is 'When it was sent.';
comment on column admin_consent.directory_id is 'Directory (tenant) ID named by the answer; counts only when tested_at is set.';
comment on column admin_consent.consented_at is 'When the answer said that an administrator consented.';
comment on column admin_consent.trial_id is 'The login that proves the directory, while it lasts.';
comment on column admin_consent.proof_browser_hash is 'SHA-256 of the cookie of the browser that brought the answer and went on to that login: a token from any other proves nothing.';
comment on column admin_consent.tested_at is 'When a signed token of that directory arrived in the same browser.';
comment on column admin_consent.tested_by is 'The sign-in name in that token.';
comment on column admin_consent.failure is 'Why the last attempt failed: a code of explanations; null when it did not.';
comment on column admin_consent.failure_values is 'For the placeholders of its sentences.';
comment on column admin_consent.failed_at is 'When it failed.';
comment on column admin_consent.turned_on_at is 'When an administrator turned the connection on.';
call gatehouse_guard('admin_consent', 'select, insert, update, delete');

-- Warnings before credentials expire.

create table credential_warning (
  holder_id uuid not null,
  expires_at timestamptz not null,
  days integer not null check (days in (60, 30, 14, 7, 1)),
  organization_id uuid not null references organization (id) on delete cascade,
  sent_at timestamptz not null,
  primary key (holder_id, expires_at, days)
);
create index credential_warning_of on credential_warning (organization_id);
comment on table credential_warning is 'Which warnings were mailed before a credential expires: each once. Another end of it has warnings of its own.';
comment on column credential_warning.holder_id is 'The connection or the connection template whose credential it is.';
comment on column credential_warning.expires_at is 'The end that was warned of.';
comment on column credential_warning.days is 'How many days before, at most.';
comment on column credential_warning.organization_id is 'Whose credential.';
comment on column credential_warning.sent_at is 'When it was mailed.';
call gatehouse_guard('credential_warning', '');
