-- Key pairs by which we authenticate to an identity provider as its client (private_key_jwt, certificate, federated credential).

create table client_key_set (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  credential text not null check (credential in ('private-key', 'certificate', 'federated')),
  issuer text,
  created_at timestamptz not null
);
create index client_key_set_of on client_key_set (organization_id, created_at desc);
comment on table client_key_set is 'The keys of one connection: made before it is saved, since the provider must know them first.';
comment on column client_key_set.id is 'Random 128 bit; part of the public address of the keys, so that the address tells nothing of the organization.';
comment on column client_key_set.organization_id is 'Whose keys they are.';
comment on column client_key_set.credential is 'What they are for: a JSON Web Key Set, a certificate, or a federated credential.';
comment on column client_key_set.issuer is 'The provider they were first saved for; they authenticate to no other. Null before.';
comment on column client_key_set.created_at is 'When it was made.';
call gatehouse_guard('client_key_set', 'select, insert, update');

create table client_key (
  id uuid primary key,
  client_key_set_id uuid not null references client_key_set (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  state text not null check (state in ('next', 'current', 'previous')),
  sealed_private_keys bytea not null,
  public_keys jsonb not null,
  certificate text,
  expires_at timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  unique (client_key_set_id, state) deferrable initially immediate
);
create index client_key_tended on client_key (changed_at) where state <> 'current';
comment on table client_key is 'Key pairs of a set: the next one is published before it becomes current, the previous one stays for a while.';
comment on column client_key.id is 'Random 128 bit.';
comment on column client_key.client_key_set_id is 'The set it is in.';
comment on column client_key.organization_id is 'As in the set.';
comment on column client_key.state is 'current signs; next and previous are published beside it.';
comment on column client_key.sealed_private_keys is 'Private JSON Web Keys (RFC 7517), sealed; never given out.';
comment on column client_key.public_keys is 'Their public halves.';
comment on column client_key.certificate is 'PEM of the self-signed certificate; null for the other kinds.';
comment on column client_key.expires_at is 'End of the certificate; null for the other kinds.';
comment on column client_key.created_at is 'When it was made.';
comment on column client_key.changed_at is 'When it came into its state.';
call gatehouse_guard('client_key', 'select, insert, update, delete');

alter table connection add column client_key_set_id uuid references client_key_set (id) on delete set null;
comment on column connection.client_key_set_id is 'The keys by which we authenticate there; null for other credentials.';
create index connection_by_key_set on connection (client_key_set_id) where client_key_set_id is not null;
