-- Applications that nobody registered: their client ID is the https URL of a document that describes them (OAuth Client ID
-- Metadata Document).

alter table organization add column unregistered_applications boolean not null default false;
comment on column organization.unregistered_applications is 'Its people may log in to applications that nobody registered. Weaker; off by default.';
create index organization_takes_unregistered on organization (id) where unregistered_applications;

alter table api_resource add column unregistered_applications boolean not null default false;
comment on column api_resource.unregistered_applications is 'Applications that nobody registered may ask for all its scopes, for people of its owner and below. Weaker; off by default.';

-- The row of one has the URL as its client ID. It belongs to the root, and every organization whose people allowed it
-- something has a row beside it.
alter table application add constraint application_unregistered check (
  client_id not like 'https://%'
  or (kind in ('browser', 'native') and client_authentication = 'none' and not first_party and not offline
    and not unproven_addresses and not without_pkce and not device_login and not acts_for_users
    and post_logout_redirect_uris = '{}' and initiate_login_uri is null and backchannel_logout_uri is null)
);
comment on column application.client_id is 'Its name on the wire (OAuth client_id): the outside form of its id; of one that nobody registered the URL of its document.';

create table unregistered_application (
  organization_id uuid not null references organization (id) on delete cascade,
  application_id uuid not null references application (id) on delete cascade,
  client_id text not null check (length(client_id) <= 300),
  name text not null check (length(name) between 1 and 300),
  first_used_at timestamptz not null,
  last_used_at timestamptz not null,
  blocked_at timestamptz,
  primary key (organization_id, client_id)
);
create index unregistered_application_of on unregistered_application (application_id);
comment on table unregistered_application is 'Applications that nobody registered, by the organizations whose people allowed them something.';
comment on column unregistered_application.organization_id is 'The organization.';
comment on column unregistered_application.application_id is 'The application; its row belongs to the root.';
comment on column unregistered_application.client_id is 'The URL of its document, as in application.';
comment on column unregistered_application.name is 'What it called itself when somebody of the organization last allowed it something; else the host of its document.';
comment on column unregistered_application.first_used_at is 'When somebody of the organization first allowed it something.';
comment on column unregistered_application.last_used_at is 'When somebody of the organization last allowed it something, which is each time they log in to it.';
comment on column unregistered_application.blocked_at is 'When an administrator blocked it for the organization; null while it is not.';
call gatehouse_guard('unregistered_application', 'select, update, delete');
