-- Tokens that were ended, as marks that every read of a token checks; what an application may choose about its tokens.

create table oidc_ended (
  subject_id uuid primary key,
  started_before timestamptz not null,
  ended_at timestamptz not null
);
create index oidc_ended_age on oidc_ended (ended_at);
comment on table oidc_ended is 'Marks that end tokens: also one that a request running beside inserts later. Kept as long as a token can live.';
comment on column oidc_ended.subject_id is 'A family_id; or a user or an organization, whose tokens that outlive sessions are ended.';
comment on column oidc_ended.started_before is 'Ended are tokens that follow from a code issued before this time; infinity for a family.';
comment on column oidc_ended.ended_at is 'When it was ended.';
call gatehouse_guard('oidc_ended', '');

-- A token of the previous version has the default: every mark ends it.
alter table oidc_code add column started_at timestamptz not null default '1970-01-01T00:00:00Z';
alter table oidc_access_token add column started_at timestamptz not null default '1970-01-01T00:00:00Z';
alter table oidc_refresh_token add column started_at timestamptz not null default '1970-01-01T00:00:00Z';
update oidc_refresh_token set started_at = to_timestamp((payload ->> 'iiat')::bigint) where payload ? 'iiat';
comment on column oidc_code.started_at is 'When it was issued.';
comment on column oidc_access_token.started_at is 'When the code was issued that its family began with.';
comment on column oidc_refresh_token.started_at is 'When the code was issued that its family began with.';

alter table application add column without_pkce boolean not null default false;
alter table application add column rotate_refresh_tokens boolean not null default false;
alter table application alter column signing_algorithm set default 'RS256';
comment on column application.without_pkce is 'Takes authorization requests without a code challenge (RFC 7636). Weaker; confidential applications only.';
comment on column application.rotate_refresh_tokens is 'Each refresh gives a new refresh token; public applications always rotate (RFC 9700 4.14.2).';
alter table application add constraint application_pkce check (not (without_pkce and client_authentication = 'none'));
