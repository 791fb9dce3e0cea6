-- Connections without the form of one protocol: what a connector needs of a connection is one document of its own, and
-- what it must remember until a callback another.

-- The names of methods are the connectors'. The database asks for their form only.
alter table organization drop constraint organization_method_check;
alter table organization add constraint organization_method_check
  check (method ~ '^[a-z][a-z0-9]{0,19}(-[a-z0-9]{1,19}){0,3}$');
alter table organization drop constraint organization_previous_method_check;
alter table organization add constraint organization_previous_method_check
  check (previous_method ~ '^[a-z][a-z0-9]{0,19}(-[a-z0-9]{1,19}){0,3}$');
alter table connection drop constraint connection_method_check;
alter table connection add constraint connection_method_check
  check (method not in ('built-in', 'same-as-managing') and method ~ '^[a-z][a-z0-9]{0,19}(-[a-z0-9]{1,19}){0,3}$');
alter table connection drop constraint connection_check;

alter table connection add column settings jsonb;
comment on column connection.settings is 'The connector''s document: for OpenID Connect and Entra ID client id, Discovery URL as typed or directory id, flow, the last good metadata and keys.';

-- The columns from before stay for servers of the previous version that run beside this one; the next release drops
-- them, and the trigger with them.
alter table connection alter column client_id drop not null;
alter table connection alter column flow drop not null;
alter table connection alter column metadata drop not null;
alter table connection alter column metadata_read_at drop not null;
alter table connection alter column keys drop not null;
alter table connection alter column keys_read_at drop not null;

create function gatehouse_connection_settings() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'INSERT' and new.settings is null
    or tg_op = 'UPDATE' and new.settings is not distinct from old.settings
      and (new.client_id, new.directory_id, new.flow, new.metadata, new.keys, new.keys_read_at)
        is distinct from (old.client_id, old.directory_id, old.flow, old.metadata, old.keys, old.keys_read_at) then
    -- Written by the previous version.
    new.settings := coalesce(new.settings, '{}') || jsonb_build_object(
      'clientId', new.client_id, 'flow', new.flow, 'metadata', new.metadata, 'keys', new.keys,
      'keysReadAt', new.keys_read_at);
    if new.method = 'entra-id' then
      new.settings := new.settings || jsonb_build_object('directoryId', new.directory_id);
    elsif new.settings -> 'discoveryUrl' is null then
      new.settings := new.settings || jsonb_build_object(
        'discoveryUrl', rtrim(new.issuer, '/') || '/.well-known/openid-configuration');
    end if;
  elsif tg_op = 'INSERT' or new.settings is distinct from old.settings then
    new.client_id := new.settings ->> 'clientId';
    new.directory_id := case when new.method = 'entra-id' then (new.settings ->> 'directoryId')::uuid end;
    new.flow := new.settings ->> 'flow';
    new.metadata := new.settings -> 'metadata';
    new.metadata_read_at := (new.settings ->> 'keysReadAt')::timestamptz;
    new.keys := new.settings -> 'keys';
    new.keys_read_at := (new.settings ->> 'keysReadAt')::timestamptz;
  end if;
  return new;
end
$$;
comment on function gatehouse_connection_settings is
  'Keeps connection.settings and the columns of the previous version the same, whichever of the two was written.';
create trigger connection_settings before insert or update on connection
  for each row execute function gatehouse_connection_settings();

update connection set settings = jsonb_build_object(
    'clientId', client_id, 'flow', flow, 'metadata', metadata, 'keys', keys, 'keysReadAt', keys_read_at)
  || case method
    when 'entra-id' then jsonb_build_object('directoryId', directory_id)
    else jsonb_build_object('discoveryUrl', rtrim(issuer, '/') || '/.well-known/openid-configuration')
  end;
alter table connection alter column settings set not null;

alter table connection_transaction alter column nonce drop not null;
alter table connection_transaction add column sealed_state bytea;
alter table connection_transaction add column received_at timestamptz;
comment on column connection_transaction.sealed_state is 'What the connector compares the callback with (nonce, PKCE code verifier), sealed JSON.';
comment on column connection_transaction.received_at is 'When its callback arrived. The first one is read, a further one of the same browser joins the login.';
comment on table connection_transaction is 'One authorization request at an identity provider; received by the first callback that names it, before anything is checked.';

-- A person of a managing organization may also have an account in a managed one that logs in through the same connection.
alter table identity drop constraint identity_connection_id_issuer_directory_id_subject_key;
create unique index identity_of_subject on identity (connection_id, organization_id, issuer, directory_id, subject);
