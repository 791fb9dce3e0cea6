-- Where a request came from, the seal of the audit log, and whose rights an API token has.

alter table audit_event add column network inet;
alter table audit_event add column browser text;
comment on column audit_event.network is 'Network address the request came from, as the organization''s policy keeps it; null without a request.';
comment on column audit_event.browser is 'User-Agent of the request (RFC 9110 10.1.5), cut to 300 characters.';

alter table organization add column audit_network text not null default 'full' check (audit_network in ('full', 'shortened', 'none'));
comment on column organization.audit_network is 'How its audit events keep network addresses: full; shortened to /24 (IPv4) or /48 (IPv6); none.';

create function gatehouse_audit_network(organization_of uuid, address inet) returns inet
language sql stable
as $$
  select case coalesce((select audit_network from organization where id = organization_of), 'full')
    when 'full' then address
    when 'shortened' then network(set_masklen(address, case family(address) when 4 then 24 else 48 end))::inet
  end
$$;
comment on function gatehouse_audit_network is 'A network address as the policy of an organization lets its audit events keep it.';

-- Every inserted event waits here until it is sealed. A trigger, so that no writer can forget it; with the owner's rights,
-- because those who insert events may not write here.
create table audit_pending (
  organization_id uuid not null,
  event_id uuid not null,
  primary key (organization_id, event_id)
);
comment on table audit_pending is 'Audit events that are not sealed yet.';
comment on column audit_pending.organization_id is 'Whose log the event stands in.';
comment on column audit_pending.event_id is 'The event.';
alter table audit_pending enable row level security;
alter table audit_pending force row level security;
create policy trigger on audit_pending for insert with check (true);

create function gatehouse_audit_pending() returns trigger
language plpgsql security definer set search_path from current
as $$
begin
  insert into audit_pending (organization_id, event_id) values (new.organization_id, new.id);
  return null;
end
$$;
comment on function gatehouse_audit_pending is 'Notes an inserted audit event as not sealed yet.';
create trigger pending after insert on audit_event for each row execute function gatehouse_audit_pending();

create table audit_key (
  id text primary key,
  public_key bytea not null,
  sealed_private_key bytea not null,
  created_at timestamptz not null
);
comment on table audit_key is 'Keys that sign the seals of the audit log (Ed25519, RFC 8032).';
comment on column audit_key.id is 'First 16 hexadecimal digits of the SHA-256 of the public key.';
comment on column audit_key.public_key is 'Public key (SPKI, DER), for verifying outside of the service.';
comment on column audit_key.sealed_private_key is 'Private key (PKCS#8, DER, base64), sealed.';
comment on column audit_key.created_at is 'When it was made.';
call gatehouse_guard('audit_key', '');

create table audit_seal (
  number bigint primary key,
  organization_id uuid not null,
  segment integer not null check (segment > 0),
  event_ids uuid[] not null,
  event_hashes bytea not null check (octet_length(event_hashes) = 32 * cardinality(event_ids)),
  previous bytea,
  digest bytea not null,
  sealed_at timestamptz not null,
  key_id text not null references audit_key (id),
  signature bytea not null,
  unique (organization_id, segment)
);
comment on table audit_seal is 'Signed checkpoints of the audit log: each seals the events of one segment and the seal before it.';
comment on column audit_seal.number is 'Counts all seals without a gap, so that the end of one organization''s chain cannot be cut off unseen.';
comment on column audit_seal.organization_id is 'Whose log; no reference, for the log outlives a removed organization.';
comment on column audit_seal.segment is 'Place in the organization''s chain, from 1.';
comment on column audit_seal.event_ids is 'The events it seals, in order.';
comment on column audit_seal.event_hashes is 'SHA-256 of each event, one after the other: names the event that was changed.';
comment on column audit_seal.previous is 'Digest of the segment before; null for the first.';
comment on column audit_seal.digest is 'SHA-256 over number, organization, segment, previous, time, ids and hashes.';
comment on column audit_seal.sealed_at is 'When it was made, by the service''s clock.';
comment on column audit_seal.key_id is 'The key that signed it.';
comment on column audit_seal.signature is 'Ed25519 signature of the digest.';
call gatehouse_guard('audit_seal', 'select');

alter table api_token add column created_by_kind text check (created_by_kind in ('operator', 'user', 'api-token'));
alter table api_token add column created_by_user_id uuid references app_user (id) on delete cascade;
alter table api_token add column created_by_token_id uuid references api_token (id) on delete cascade;
comment on column api_token.created_by_kind is 'What kind of caller made it; null for one whose maker is unknown, and then it is refused.';
comment on column api_token.created_by_user_id is 'The user who made it: it has at most this user''s rights and ends with it.';
comment on column api_token.created_by_token_id is 'The API token that made it: it has at most that token''s rights and ends with it.';
create index api_token_of_user on api_token (created_by_user_id);
create index api_token_of_token on api_token (created_by_token_id);

-- The owner of the tables sees their rows only while row-level security is not forced on it.
alter table api_token no force row level security;
alter table app_user no force row level security;
alter table audit_event no force row level security;

-- Tokens of before: the audit log knows who made them.
update api_token set
  created_by_kind = made.actor_kind,
  created_by_user_id = case made.actor_kind when 'user' then made.actor_id end,
  created_by_token_id = case made.actor_kind when 'api-token' then made.actor_id end
from audit_event made
where made.organization_id = api_token.organization_id and made.kind = 'api-token.created'
  and made.details ->> 'apiTokenId' = api_token.id::text
  and (made.actor_kind = 'operator'
    or made.actor_kind = 'user' and exists (select from app_user where id = made.actor_id)
    or made.actor_kind = 'api-token' and exists (select from api_token maker where maker.id = made.actor_id));

-- Events of before are sealed, too.
insert into audit_pending (organization_id, event_id) select organization_id, id from audit_event;

alter table api_token force row level security;
alter table app_user force row level security;
alter table audit_event force row level security;

-- Nobody but the owner changes or removes a seal. The service's role is the one of the policies.
do $$
declare
  service name;
begin
  select rolname into strict service from pg_policy join pg_roles on pg_roles.oid = any (polroles)
    where polrelid = 'audit_seal'::regclass and polname = 'service';
  execute format('create policy service on audit_pending to %I using (true)', service);
  execute format('grant select, delete on audit_pending to %I', service);
  execute format('revoke update, delete on audit_seal from %I', service);
  execute format('revoke delete on audit_key from %I', service);
end
$$;
