-- An application has up to two client secrets: a new one beside the one it replaces.

create table application_secret (
  id uuid primary key,
  application_id uuid not null references application (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  secret_hash bytea not null,
  made_at timestamptz,
  made_by text,
  expires_at timestamptz,
  last_used_at timestamptz,
  unique (application_id, secret_hash)
);
comment on table application_secret is 'Client secrets that an application authenticates with; the newest, and one that it replaces until its overlap ends.';
comment on column application_secret.id is 'Random; another one for each secret.';
comment on column application_secret.application_id is 'Whose secret.';
comment on column application_secret.organization_id is 'The owner of that application.';
comment on column application_secret.secret_hash is 'SHA-256 of its 256 bits.';
comment on column application_secret.made_at is 'When it was made; null for one of a version that did not note it.';
comment on column application_secret.made_by is 'The name of whoever made it, as it was then.';
comment on column application_secret.expires_at is 'When its overlap ends; null for the newest.';
comment on column application_secret.last_used_at is 'When the application authenticated with it, five minutes exact; null for never, or not since this was noted.';
call gatehouse_guard('application_secret', 'select, insert, update, delete');

insert into application_secret (id, application_id, organization_id, secret_hash)
  select gen_random_uuid(), id, organization_id, client_secret_hash from application where client_secret_hash is not null;

-- The column from before holds the newest secret, for servers of the version before that run beside this one. What they
-- write there replaces all secrets; the next release drops column and trigger.
comment on column application.client_secret_hash is 'SHA-256 of the newest of its client secrets (application_secret).';

create function gatehouse_application_secret() returns trigger
language plpgsql
as $$
begin
  if exists (select from application_secret s where s.application_id = new.id and s.secret_hash = new.client_secret_hash) then
    return null;
  end if;
  delete from application_secret where application_id = new.id;
  if new.client_secret_hash is not null then
    insert into application_secret (id, application_id, organization_id, secret_hash)
      values (gen_random_uuid(), new.id, new.organization_id, new.client_secret_hash);
  end if;
  return null;
end
$$;
create trigger application_secret after insert or update of client_secret_hash on application
  for each row execute function gatehouse_application_secret();
