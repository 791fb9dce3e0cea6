-- Trials: a connection is tested by a real round trip at its identity provider, before it is saved or after.

create table trial (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  method text not null,
  issuer text not null,
  redirect_uri text not null,
  sealed_settings bytea not null,
  in_force boolean not null,
  begun_by_kind text not null check (begun_by_kind in ('user', 'operator', 'api-token', 'service', 'stranger')),
  begun_by_id uuid,
  begun_by_name text,
  return_to text check (return_to like '/%' and return_to not like '//%'),
  begun_at timestamptz not null,
  expires_at timestamptz not null
);
create index trial_of_organization on trial (organization_id, begun_at desc, id desc);
create index trial_expires on trial (expires_at);
comment on table trial is 'Settings of a connection under test. Nothing of it is ever in force; nobody logs in by it.';
comment on column trial.id is 'Random.';
comment on column trial.organization_id is 'Whose people the connection is for.';
comment on column trial.method is 'Which connector: entra-id, openid-connect.';
comment on column trial.issuer is 'As connection.issuer.';
comment on column trial.redirect_uri is 'Where the answer must arrive: the address that the saved connection has, so that its registration is proved.';
comment on column trial.sealed_settings is 'The connector''s settings and the client secret, sealed JSON.';
comment on column trial.in_force is 'A copy of the connection that was in force; false for settings that were not saved.';
comment on column trial.begun_by_kind is 'Who began it: kind of actor.';
comment on column trial.begun_by_id is 'Id of that actor.';
comment on column trial.begun_by_name is 'Its name then, for the pane and the mail.';
comment on column trial.return_to is 'Page of ours that the result leads back to; null where a window is closed.';
comment on column trial.begun_at is 'When it began.';
comment on column trial.expires_at is 'One hour later, or when the last mailed link ends; then the row is deleted.';
call gatehouse_guard('trial', 'select, insert, update, delete');

create table trial_run (
  id uuid primary key,
  trial_id uuid not null references trial (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  link_hash bytea not null unique,
  recipient text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  state_hash bytea unique,
  browser_hash bytea,
  sealed_state bytea,
  sent_at timestamptz,
  received_at timestamptz,
  result jsonb,
  finished_at timestamptz,
  check ((state_hash is null) = (sealed_state is null) and (state_hash is null) = (browser_hash is null)),
  check (received_at is null or sent_at is not null),
  check ((result is null) = (finished_at is null))
);
create index trial_run_of_trial on trial_run (trial_id);
comment on table trial_run is 'One person''s round trip in a trial: the link that begins it, its authorization request, its result. An answer found here never continues a login.';
comment on column trial_run.id is 'Random.';
comment on column trial_run.trial_id is 'The settings it tests.';
comment on column trial_run.organization_id is 'Whose trial.';
comment on column trial_run.link_hash is 'SHA-256 of the secret in the address of its page.';
comment on column trial_run.recipient is 'Address the link was mailed to; null for who began the trial.';
comment on column trial_run.created_at is 'When the link was made.';
comment on column trial_run.expires_at is 'Until when the link begins a round trip and shows its result.';
comment on column trial_run.state_hash is 'SHA-256 of the state parameter of its last authorization request; null before the first.';
comment on column trial_run.browser_hash is 'SHA-256 of the secret of the browser that was sent to the provider.';
comment on column trial_run.sealed_state is 'What the connector compares the callback with (nonce, PKCE code verifier), sealed JSON.';
comment on column trial_run.sent_at is 'When the browser was sent to the provider last.';
comment on column trial_run.received_at is 'When its callback arrived; a second one is not read.';
comment on column trial_run.result is 'Checks, failure, claims shown to administrators and whom they would log in; never a token.';
comment on column trial_run.finished_at is 'When the result was written.';
call gatehouse_guard('trial_run', 'select, insert, update, delete');
