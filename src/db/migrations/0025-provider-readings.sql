-- What identity providers publish is read again in the background; what changes as a rightful change rarely does waits for
-- an administrator.

alter table connection
  add column held_since timestamptz,
  add column hold jsonb,
  add constraint connection_hold check ((held_since is null) = (hold is null));
comment on column connection.held_since is 'Since when nobody is sent to the provider, because what it publishes changed and no administrator confirmed that; null otherwise.';
comment on column connection.hold is 'What changed, and the part of the settings that a confirmation puts in force.';

create table provider_reading (
  connection_id uuid primary key references connection (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  version integer not null,
  asked_at timestamptz not null,
  unknown_key_at timestamptz,
  answered_at timestamptz,
  read_at timestamptz,
  fault text,
  fault_values jsonb
);
create index provider_reading_asked on provider_reading (asked_at);
comment on table provider_reading is 'When the metadata and signing keys of a connection''s provider were read; one reading at a time over all servers.';
comment on column provider_reading.connection_id is 'Whose provider.';
comment on column provider_reading.organization_id is 'The connection''s.';
comment on column provider_reading.version is 'Version of the connection that was read for; what is said of another one does not count.';
comment on column provider_reading.asked_at is 'When the last reading began.';
comment on column provider_reading.unknown_key_at is 'When the last reading began that a token with an unknown key caused; anybody can cause one.';
comment on column provider_reading.answered_at is 'When the last reading ended; before asked_at while one runs.';
comment on column provider_reading.read_at is 'When metadata and keys were last read as they must be.';
comment on column provider_reading.fault is 'Why the last reading was of no use, a code of explanation-codes.ts; null after a good one.';
comment on column provider_reading.fault_values is 'For the placeholders of its sentences.';
call gatehouse_guard('provider_reading', 'select');
