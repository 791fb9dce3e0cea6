-- Logout in both directions with an identity provider: what it told of its own session stands in ours.

alter table connection add column provider_logout boolean not null default false;
comment on column connection.provider_logout is 'Who logs out here is sent to the end session endpoint of the provider (OpenID Connect RP-Initiated Logout 1.0).';

alter table session
  add column provider_sid text,
  add column provider_ends_at timestamptz,
  add column logout_hint bytea;
comment on column session.provider_sid is 'Claim sid of the ID token: the session at the identity provider, as its logout notices name it.';
comment on column session.provider_ends_at is 'Claim session_expiry of the ID token: when the session and what follows from it ends at the latest.';
comment on column session.logout_hint is 'What the end session endpoint is told of the login: a claim or the ID token, sealed for the user. Null unless the connection sends people there.';
create index session_of_provider on session (provider_sid) where provider_sid is not null;

alter table oidc_refresh_token add column ends_at timestamptz;
comment on column oidc_refresh_token.ends_at is 'When the session at the identity provider ends (session_expiry): the token and what follows from it ends then at the latest.';

create table logout_token (
  connection_id uuid not null,
  jti_hash bytea not null,
  expires_at timestamptz not null,
  primary key (connection_id, jti_hash)
);
create index logout_token_expiry on logout_token (expires_at);
comment on table logout_token is 'Logout tokens that were received, so that none counts twice (OpenID Connect Back-Channel Logout 1.0, 2.6).';
comment on column logout_token.connection_id is 'The connection it was for.';
comment on column logout_token.jti_hash is 'SHA-256 of its jti.';
comment on column logout_token.expires_at is 'When it would be refused for its age.';
call gatehouse_guard('logout_token', '');
