-- Codes by which somebody who is logged in proves the own mailbox.

create table address_code (
  user_id uuid primary key references app_user (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  session_id uuid not null,
  email_key text not null,
  code_mac bytea not null,
  attempts integer not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
comment on table address_code is 'The newest code mailed to a user''s address, to prove it in the session that asked for it.';
comment on column address_code.user_id is 'Who asked; one code at a time.';
comment on column address_code.organization_id is 'The user''s organization.';
comment on column address_code.session_id is 'The session that asked: the code counts there alone.';
comment on column address_code.email_key is 'The address it was mailed to, as compared.';
comment on column address_code.code_mac is 'HMAC of session, user, address and code under a derived key.';
comment on column address_code.attempts is 'How often it was typed wrong; five end it.';
comment on column address_code.created_at is 'When it was made.';
comment on column address_code.expires_at is 'When it stops counting.';
call gatehouse_guard('address_code', '');
