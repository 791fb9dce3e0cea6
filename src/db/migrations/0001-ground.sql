-- The ground that every later migration stands on: who may see a row, and the audit log.
-- The roles gatehouse_service and gatehouse_api are made by the migration runner beforehand.

create procedure gatehouse_guard(guarded text, privileges text)
language plpgsql
as $$
begin
  execute format('alter table %I enable row level security', guarded);
  execute format('alter table %I force row level security', guarded);
  execute format('create policy service on %I to gatehouse_service using (true) with check (true)', guarded);
  execute format('grant select, insert, update, delete on %I to gatehouse_service', guarded);
  if privileges = '' then
    return;
  end if;
  execute format('grant %s on %I to gatehouse_api', privileges, guarded);
  if guarded = 'organization' then
    create policy api on organization to gatehouse_api using (
      current_setting('gatehouse.organization_path', true) <> ''
      and starts_with(path, current_setting('gatehouse.organization_path', true)));
  else
    -- The policy of organization holds in here too: only those the caller reaches are found.
    execute format(
      'create policy api on %1$I to gatehouse_api
         using (exists (select from organization reached where reached.id = %1$I.organization_id))',
      guarded);
  end if;
end
$$;
comment on procedure gatehouse_guard is
  'Puts a table under row-level security: everything for the service; for the API only the privileges named, on rows of organizations its caller reaches: its own and those below, by the path that stands in the transaction. No path reaches nothing.';

create function gatehouse_keep_partitions(partitioned text, oldest date, today date, ahead integer) returns void
language plpgsql security definer set search_path from current
as $$
declare
  day date;
  partition text;
begin
  if partitioned !~ '^oidc_[a-z_]+$' then
    raise exception 'not a table of this kind: %', partitioned;
  end if;
  perform pg_advisory_xact_lock(hashtext('gatehouse_keep_partitions'));
  for days in 0..ahead loop
    day := today + days;
    partition := partitioned || '_' || to_char(day, 'YYYYMMDD');
    -- Not to_regclass(): it may still answer from before another server released the lock.
    if not exists (select from pg_inherits join pg_class child on child.oid = inhrelid
                   where inhparent = partitioned::regclass and child.relname = partition) then
      -- Attaching what stands already does not wait for readers and writers of the whole; creating it in place would.
      execute format('create table %I (like %I including all)', partition, partitioned);
      execute format('alter table %I attach partition %I for values from (%L) to (%L)', partitioned, partition, day, day + 1);
    end if;
  end loop;
  -- Dropping waits for all who use the whole, and those who come later wait behind it: not for longer than a moment.
  perform set_config('lock_timeout', '200', true);
  begin
    for partition in
      select child.relname from pg_inherits join pg_class child on child.oid = inhrelid
      where inhparent = partitioned::regclass and right(child.relname, 8) < to_char(oldest, 'YYYYMMDD')
    loop
      execute format('drop table %I', partition);
    end loop;
  exception
    when lock_not_available then
      raise notice 'old partitions of % are in use, they are dropped next time', partitioned;
  end;
end
$$;
comment on function gatehouse_keep_partitions is
  'Makes the daily partitions of a table from today on and drops those before the oldest day, with the rights of the owner of the tables.';
revoke execute on function gatehouse_keep_partitions from public;
grant execute on function gatehouse_keep_partitions to gatehouse_service;

create table organization (
  id uuid primary key,
  managing_organization_id uuid references organization (id),
  path text not null unique check (path like '/%/'),
  depth smallint not null check (depth between 1 and 5),
  name text not null check (length(name) between 1 and 120),
  method text not null default 'built-in'
    check (method in ('built-in', 'entra-id', 'openid-connect', 'same-as-managing')),
  previous_method text check (previous_method in ('built-in', 'entra-id', 'openid-connect', 'same-as-managing')),
  method_changed_at timestamptz,
  support_contact text,
  suspended_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  check ((managing_organization_id is null) = (depth = 1))
);
create unique index organization_one_root on organization ((true)) where managing_organization_id is null;
create unique index organization_name_beside on organization (managing_organization_id, lower(name));
comment on table organization is 'A customer or an MSP; owns users, a method, settings. A tree of depth at most five.';
comment on column organization.id is 'Random 128 bit.';
comment on column organization.managing_organization_id is 'The organization above; null for the root alone.';
comment on column organization.path is 'The ids from the root to this one, each between slashes; a managed organization''s path begins with its managing one''s.';
comment on column organization.depth is '1 for the root, at most 5.';
comment on column organization.name is 'Shown to people; unique among the organizations of the same managing organization, whatever the case.';
comment on column organization.method is 'How its people log in.';
comment on column organization.previous_method is 'The method before the last change, for switching back.';
comment on column organization.method_changed_at is 'When the method was last changed.';
comment on column organization.support_contact is 'Address or URL its people are shown when a login is refused.';
comment on column organization.suspended_at is 'Since when nobody of it may log in; null when it is active.';
comment on column organization.version is 'Counts changes; a save that names an older version is refused.';
comment on column organization.created_at is 'When it was created.';
call gatehouse_guard('organization', 'select, insert, update, delete');

create table organization_domain (
  domain text primary key check (domain = lower(domain)),
  organization_id uuid not null references organization (id) on delete cascade,
  verified_at timestamptz,
  created_by uuid,
  created_at timestamptz not null
);
create index organization_domain_of on organization_domain (organization_id);
comment on table organization_domain is 'Mail domains that steer addresses to an organization.';
comment on column organization_domain.domain is 'ASCII form (UTS-46), lower case; unique over the whole service.';
comment on column organization_domain.organization_id is 'Where its addresses go.';
comment on column organization_domain.verified_at is 'When a DNS record proved it; null for a routed domain.';
comment on column organization_domain.created_by is 'The user who set it; null when the service did.';
comment on column organization_domain.created_at is 'When it was set.';
call gatehouse_guard('organization_domain', 'select, insert, update, delete');

create table audit_event (
  id uuid primary key,
  organization_id uuid not null,
  occurred_at timestamptz not null,
  kind text not null,
  actor_kind text not null check (actor_kind in ('user', 'operator', 'api-token', 'service', 'stranger')),
  actor_id uuid,
  actor_name text,
  user_id uuid,
  login_id uuid,
  details jsonb not null default '{}'
);
create index audit_event_newest on audit_event (organization_id, id desc);
create index audit_event_of_user on audit_event (organization_id, user_id, id desc);
comment on table audit_event is 'Recorded facts, each written in the transaction of what it records; never changed.';
comment on column audit_event.id is 'UUIDv7: ordered by time.';
comment on column audit_event.organization_id is 'Whose log it stands in; no reference, for the log outlives a removed organization.';
comment on column audit_event.occurred_at is 'When it happened, by the service''s clock.';
comment on column audit_event.kind is 'What happened; the closed list stands in audit/audit-event.ts.';
comment on column audit_event.actor_kind is 'What kind of party did it.';
comment on column audit_event.actor_id is 'Id of the user or API token that did it.';
comment on column audit_event.actor_name is 'How the actor was called at that time.';
comment on column audit_event.user_id is 'The user it is about.';
comment on column audit_event.login_id is 'The login it belongs to.';
comment on column audit_event.details is 'Further facts, by kind; never a secret, token or code.';
call gatehouse_guard('audit_event', 'select, insert');
revoke update, delete on audit_event from gatehouse_service;

create table mail_outbox (
  id uuid primary key,
  organization_id uuid references organization (id) on delete cascade,
  user_id uuid,
  invitation_id uuid,
  kind text not null,
  recipient text not null,
  sealed_message bytea,
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  sent_at timestamptz,
  failed_at timestamptz,
  last_error text,
  created_at timestamptz not null
);
create index mail_outbox_due on mail_outbox (next_attempt_at) where next_attempt_at is not null;
create index mail_outbox_of_invitation on mail_outbox (invitation_id);
comment on table mail_outbox is 'Mails to be sent and their delivery state; written in the transaction that causes the mail.';
comment on column mail_outbox.id is 'UUIDv7; also the Message-ID.';
comment on column mail_outbox.organization_id is 'The organization it is sent for.';
comment on column mail_outbox.user_id is 'The user it is sent to.';
comment on column mail_outbox.invitation_id is 'The invitation it carries.';
comment on column mail_outbox.kind is 'Which mail: invitation, password-reset, …';
comment on column mail_outbox.recipient is 'The address.';
comment on column mail_outbox.sealed_message is 'Subject, text and HTML, sealed (they hold links); erased once sent or given up.';
comment on column mail_outbox.attempts is 'How often sending was tried.';
comment on column mail_outbox.next_attempt_at is 'When to try next; null when sent, given up or withdrawn.';
comment on column mail_outbox.sent_at is 'When the mail server took it.';
comment on column mail_outbox.failed_at is 'When it was given up, 24 hours after the first attempt, or refused for good.';
comment on column mail_outbox.last_error is 'What the mail server said last, for the administrator.';
comment on column mail_outbox.created_at is 'When it was written.';
call gatehouse_guard('mail_outbox', 'select, insert, update');

create table idempotency_key (
  organization_id uuid not null references organization (id) on delete cascade,
  caller_id uuid not null,
  key text not null,
  request_hash bytea not null,
  status smallint,
  sealed_response bytea,
  created_at timestamptz not null,
  primary key (organization_id, caller_id, key)
);
comment on table idempotency_key is 'Answers to POST requests that create, kept 24 hours, so that a repeated request creates nothing twice.';
comment on column idempotency_key.organization_id is 'The caller''s organization.';
comment on column idempotency_key.caller_id is 'The user or API token that sent it.';
comment on column idempotency_key.key is 'The value of the Idempotency-Key header.';
comment on column idempotency_key.request_hash is 'SHA-256 of method, path and body; another body with the same key is refused.';
comment on column idempotency_key.status is 'HTTP status of the answer.';
comment on column idempotency_key.sealed_response is 'The answer, sealed: it may hold a client secret shown once.';
comment on column idempotency_key.created_at is 'When the request came.';
call gatehouse_guard('idempotency_key', 'select, insert, update, delete');

create table rate_limit (
  key text primary key,
  points integer not null default 0,
  expire bigint
);
comment on table rate_limit is 'Counters of attempts, kept by rate-limiter-flexible; shared by all server processes.';
comment on column rate_limit.key is 'Which limit and an HMAC of what is limited (account, address, network).';
comment on column rate_limit.points is 'Attempts in the running window.';
comment on column rate_limit.expire is 'End of the window, milliseconds since 1970.';
grant select, insert, update, delete on rate_limit to gatehouse_service;

create table signing_key (
  id uuid primary key,
  kid text not null unique,
  algorithm text not null check (algorithm in ('ES256', 'RS256')),
  sealed_private_jwk bytea not null,
  public_jwk jsonb not null,
  created_at timestamptz not null,
  retired_at timestamptz
);
create unique index signing_key_current on signing_key (algorithm) where retired_at is null;
comment on table signing_key is 'Keys that sign ID tokens and logout tokens.';
comment on column signing_key.id is 'Random 128 bit.';
comment on column signing_key.kid is 'Key id in the JWKS (RFC 7638 thumbprint).';
comment on column signing_key.algorithm is 'ES256, the default, or RS256 for applications that ask for it.';
comment on column signing_key.sealed_private_jwk is 'The private key, sealed.';
comment on column signing_key.public_jwk is 'The public key as published.';
comment on column signing_key.created_at is 'When it was made.';
comment on column signing_key.retired_at is 'Since when it signs no more.';
grant select, insert, update, delete on signing_key to gatehouse_service;
