-- API resources: what access tokens of an application are for beside its own login (RFC 8707, RFC 9068).

create table api_resource (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  audience text not null unique check (length(audience) between 1 and 500 and audience !~ '[[:space:]#]'),
  name text not null check (length(name) between 1 and 120),
  token_format text not null default 'jwt' check (token_format in ('jwt', 'opaque')),
  signing_algorithm text not null default 'RS256' check (signing_algorithm in ('ES256', 'RS256')),
  token_lifetime integer not null default 600 check (token_lifetime between 60 and 3600),
  version integer not null default 1,
  created_at timestamptz not null
);
create index api_resource_of on api_resource (organization_id, lower(name), id);
comment on table api_resource is 'An API of an organization: access tokens are made for it, for applications of the same organization that were allowed to ask for its scopes.';
comment on column api_resource.id is 'Random 128 bit.';
comment on column api_resource.organization_id is 'Its owner; only applications of the same owner may be allowed its scopes.';
comment on column api_resource.audience is 'The URI applications name as resource and tokens carry as aud. Unique over all organizations: it alone tells an API that a token is meant for it.';
comment on column api_resource.name is 'Shown to people who are asked for consent.';
comment on column api_resource.token_format is 'jwt: signed, read by the API itself, cannot be revoked. opaque: the API asks by introspection, ends at once.';
comment on column api_resource.signing_algorithm is 'What a jwt is signed with.';
comment on column api_resource.token_lifetime is 'How long an access token lives, in seconds.';
comment on column api_resource.version is 'Counts changes.';
comment on column api_resource.created_at is 'When it was made.';
call gatehouse_guard('api_resource', 'select, insert, update, delete');

create table api_resource_scope (
  api_resource_id uuid not null references api_resource (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  scope text not null check (scope ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$'),
  description text not null check (length(description) between 1 and 200),
  place integer not null,
  primary key (api_resource_id, scope)
);
comment on table api_resource_scope is 'What may be done at an API resource.';
comment on column api_resource_scope.api_resource_id is 'Which API resource.';
comment on column api_resource_scope.organization_id is 'The owner of the API resource.';
comment on column api_resource_scope.scope is 'Its name in requests and tokens.';
comment on column api_resource_scope.description is 'The sentence a person reads when asked for consent.';
comment on column api_resource_scope.place is 'Its place in the list.';
call gatehouse_guard('api_resource_scope', 'select, insert, update, delete');

create table application_scope (
  application_id uuid not null references application (id) on delete cascade,
  api_resource_id uuid not null,
  scope text not null,
  organization_id uuid not null references organization (id) on delete cascade,
  created_at timestamptz not null,
  primary key (application_id, api_resource_id, scope),
  foreign key (api_resource_id, scope) references api_resource_scope (api_resource_id, scope) on delete cascade
);
create index application_scope_of on application_scope (api_resource_id, scope);
comment on table application_scope is 'Which applications may ask for which scopes of an API resource; without a row: none.';
comment on column application_scope.application_id is 'The application.';
comment on column application_scope.api_resource_id is 'The API resource.';
comment on column application_scope.scope is 'A scope of it.';
comment on column application_scope.organization_id is 'The owner of both.';
comment on column application_scope.created_at is 'When it was allowed.';
call gatehouse_guard('application_scope', 'select, insert, delete');

-- A machine application acts for itself (RFC 6749 4.4): no person, no redirect URI, always authenticated.
alter table application drop constraint application_kind_check;
alter table application add constraint application_kind_check check (kind in ('web', 'browser', 'native', 'machine'));
alter table application add constraint application_machine
  check (kind <> 'machine' or (client_authentication <> 'none' and not refresh_tokens));
comment on column application.kind is 'web (keeps a secret), browser or native (public clients), machine (acts for itself, without a person).';
