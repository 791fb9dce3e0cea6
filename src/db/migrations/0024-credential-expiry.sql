-- Credentials of ours at an identity provider: when they expire, and those that are keys instead of a shared secret.

alter table connection add column credential_expires_at timestamptz;
comment on column connection.credential_expires_at is 'When our credential at the provider expires: the day entered with the client secret, or the end of the certificate; null where it is not known or never.';
create index connection_credential_expiry on connection (credential_expires_at)
  where credential_expires_at is not null and state in ('unconfirmed', 'active');

alter table connection drop constraint connection_credential_check;
alter table connection add constraint connection_credential_check
  check (credential in ('none', 'secret', 'private-key', 'certificate', 'federated'));
