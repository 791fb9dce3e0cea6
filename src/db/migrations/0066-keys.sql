-- Rotation of keys: signing keys that are published before they sign and after, and values that are sealed over to a newer
-- master key.

alter table signing_key add column state text not null default 'signing' check (state in ('next', 'signing', 'old'));
alter table signing_key add column changed_at timestamptz;
alter table signing_key add column changes_at timestamptz;
update signing_key set state = 'old' where retired_at is not null;
update signing_key set changed_at = coalesce(retired_at, created_at);
create unique index signing_key_next on signing_key (algorithm) where state = 'next';
comment on column signing_key.state is 'next is published and does not sign yet, signing signs, old signs no more and is published until its tokens have ended.';
comment on column signing_key.changed_at is 'When it came into its state; null where the version before made it: then when it was made.';
comment on column signing_key.changes_at is 'When it leaves its state: a next one signs, an old one is removed. Null while it signs; an old one of the version before stays no longer than one of today.';
comment on column signing_key.retired_at is 'Since when it does not sign; null for the one that does. Of a next key when it was made: servers of the version before sign with what has null here.';

create table former_signing_key (
  kid text primary key,
  algorithm text not null check (algorithm in ('ES256', 'RS256')),
  public_jwk jsonb not null,
  removed_at timestamptz not null,
  kept_until timestamptz not null
);
comment on table former_signing_key is 'Public halves of signing keys that were removed: ID tokens that applications bring back at a logout (id_token_hint) verify with them. Not published.';
comment on column former_signing_key.kid is 'Key id, as it was published.';
comment on column former_signing_key.algorithm is 'Its algorithm.';
comment on column former_signing_key.public_jwk is 'The public key as it was published.';
comment on column former_signing_key.removed_at is 'When its private half was removed.';
comment on column former_signing_key.kept_until is 'When this row goes.';
call gatehouse_guard('former_signing_key', '');

create table rotation_policy (
  name text primary key check (name = 'signing-keys'),
  days integer not null check (days = 0 or days between 7 and 3650)
);
comment on table rotation_policy is 'How often keys are rotated, where the operator wants it otherwise than the default in src/keys/signing-keys.ts.';
comment on column rotation_policy.name is 'Which keys.';
comment on column rotation_policy.days is 'Days from taking a key into use to publishing the next one; 0: only when the operator says so.';
call gatehouse_guard('rotation_policy', '');

create table kept_key (
  id text primary key,
  sealed_key bytea not null,
  created_at timestamptz not null
);
comment on table kept_key is 'Keys derived from master keys that were replaced, for what cannot be keyed anew without the person: recovery codes.';
comment on column kept_key.id is 'What it is for, and the fingerprint of the master key.';
comment on column kept_key.sealed_key is 'The derived key, sealed.';
comment on column kept_key.created_at is 'When it was kept.';
call gatehouse_guard('kept_key', '');

create table sealing_progress (
  fingerprint text not null,
  place text not null,
  last_row text,
  sealed_count bigint not null default 0,
  ended_at timestamptz,
  complete boolean not null default false,
  primary key (fingerprint, place)
);
comment on table sealing_progress is 'How far values are sealed over to a master key; a job goes on from here.';
comment on column sealing_progress.fingerprint is 'The master key they are sealed over to.';
comment on column sealing_progress.place is 'Table and column; empty for all of them together.';
comment on column sealing_progress.last_row is 'Id of the last row that was looked at.';
comment on column sealing_progress.sealed_count is 'Values that were sealed anew.';
comment on column sealing_progress.ended_at is 'When the last row was reached.';
comment on column sealing_progress.complete is 'Of all columns together: no value was left under an older key.';
call gatehouse_guard('sealing_progress', '');
