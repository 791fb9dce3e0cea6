-- Device authorization grant (RFC 8628): a device without a browser shows a code, a person enters it elsewhere.

create table oidc_device_code (
  id uuid primary key,
  device_code_hash bytea not null unique,
  user_code_mac bytea not null unique,
  client_id text not null,
  payload jsonb not null,
  network text,
  state text not null default 'pending' check (state in ('pending', 'claimed', 'approved', 'refused')),
  error text,
  user_id uuid,
  organization_in_scope_id uuid,
  session_uid text,
  family_id uuid,
  started_at timestamptz,
  polled_at timestamptz,
  poll_interval integer not null default 5,
  consumed_at timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  check (state <> 'approved' or (user_id is not null and organization_in_scope_id is not null and family_id is not null))
);
create index oidc_device_code_expiry on oidc_device_code (expires_at);
comment on table oidc_device_code is 'A device that waits for a person to log in elsewhere.';
comment on column oidc_device_code.id is 'Names the row where the code itself must not stand: in the login that decides it.';
comment on column oidc_device_code.device_code_hash is 'SHA-256 of the device code, which the device polls with.';
comment on column oidc_device_code.user_code_mac is 'HMAC of the short code a person types, under a derived key.';
comment on column oidc_device_code.client_id is 'The application.';
comment on column oidc_device_code.payload is 'What the application asked for, and what the login proved.';
comment on column oidc_device_code.network is 'HMAC of the network the device asked from, to tell a person that it is another one.';
comment on column oidc_device_code.state is 'pending; claimed (a person said that it is its device and logs in); approved or refused.';
comment on column oidc_device_code.error is 'What the device is told when it was refused.';
comment on column oidc_device_code.user_id is 'Who approved.';
comment on column oidc_device_code.organization_in_scope_id is 'What its tokens speak about.';
comment on column oidc_device_code.session_uid is 'The session in which it was approved.';
comment on column oidc_device_code.family_id is 'Names all tokens that follow from it.';
comment on column oidc_device_code.started_at is 'When it was approved.';
comment on column oidc_device_code.polled_at is 'When the device asked last.';
comment on column oidc_device_code.poll_interval is 'Seconds it has to wait between two questions; longer after each that came too soon.';
comment on column oidc_device_code.consumed_at is 'When it was redeemed: once.';
comment on column oidc_device_code.created_at is 'When the device asked.';
comment on column oidc_device_code.expires_at is 'Until when it can be approved and redeemed.';
call gatehouse_guard('oidc_device_code', '');

alter table application add column device_login boolean not null default false;
alter table application add constraint application_device_login check (not device_login or kind = 'native');
comment on column application.device_login is 'Devices without a browser log people in with it by a code (RFC 8628); native applications only.';

alter table limit_policy drop constraint limit_policy_name_check;
alter table limit_policy add constraint limit_policy_name_check
  check (name in ('network-logins', 'user-sessions', 'network-device-codes', 'device-codes'));
comment on column limit_policy.name is 'Logins that one network may begin in ten minutes; live sessions of one user; codes of devices that one network, and everybody, may enter in ten minutes.';
