-- A client secret is replaced with an overlap: the next one waits beside the one in use, the one before can be used again.

create table connection_secret (
  id uuid primary key,
  connection_id uuid not null references connection (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  state text not null check (state in ('next', 'previous')),
  sealed_client_secret bytea not null,
  expires_on text check (expires_on ~ '^\d{4}-\d\d-\d\d$'),
  set_at timestamptz not null,
  tested_at timestamptz,
  changed_at timestamptz not null,
  unique (connection_id, state)
);
create index connection_secret_previous on connection_secret (changed_at) where state = 'previous';
comment on table connection_secret is 'Client secrets of a connection that are not in use: the next one, and the one before. The one in use stands in connection.';
comment on column connection_secret.id is 'Random; another one for each secret that is entered.';
comment on column connection_secret.connection_id is 'The connection it authenticates; it goes with the settings it was entered for.';
comment on column connection_secret.organization_id is 'Whose connection.';
comment on column connection_secret.state is 'next waits to be taken into use; previous was in use.';
comment on column connection_secret.sealed_client_secret is 'The client secret, sealed; never given out.';
comment on column connection_secret.expires_on is 'The day it expires, YYYY-MM-DD, as entered; null where that is not known.';
comment on column connection_secret.set_at is 'When it was entered.';
comment on column connection_secret.tested_at is 'When a test with it passed last; only then it is taken into use.';
comment on column connection_secret.changed_at is 'When it came into its state; a previous one is deleted some days later.';
call gatehouse_guard('connection_secret', 'select, insert, update, delete');

alter table trial add column client_secret_id uuid;
comment on column trial.client_secret_id is 'The next client secret (connection_secret) that is tested with the connection in force; null for all other tests. No reference: it may be replaced meanwhile.';

-- What a setup link prepares may authenticate by a key of ours.
alter table setup_invitation drop constraint setup_invitation_credential_check;
alter table setup_invitation add constraint setup_invitation_credential_check
  check (credential in ('none', 'secret', 'certificate', 'private-key'));
comment on column setup_invitation.credential is 'Which of the provider''s guides is followed: with no credential, a client secret, a certificate or a key of ours.';
alter table setup_invitation add column client_key_set_id uuid references client_key_set (id) on delete set null;
comment on column setup_invitation.client_key_set_id is 'The key that was made for its draft; it goes with the draft, into the connection or away.';
-- A key that was made for a draft goes with it when an administrator discards it.
grant delete on client_key_set to gatehouse_api;
