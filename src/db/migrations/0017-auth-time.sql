-- Administrators prove a factor of ours where their provider never states when they logged in.

alter table connection add column auth_time text check (auth_time in ('stated', 'missing'));
comment on column connection.auth_time is 'Whether ID tokens state auth_time: missing when one did not though a fresh login was asked for; null while not known.';
