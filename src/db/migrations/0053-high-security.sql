-- A high-security application (FAPI 2.0 Security Profile). A server of the version before does not know it: what would
-- weaken one is refused here.

alter table application add column high_security boolean not null default false;
alter table application add constraint application_high_security check (
  not high_security
  or (kind = 'web' and client_authentication = 'private_key_jwt' and signing_algorithm = 'ES256'
    and not without_pkce and not rotate_refresh_tokens)
);
comment on column application.high_security is 'Held to the FAPI 2.0 Security Profile: pushed requests, tokens bound by DPoP, private_key_jwt.';
