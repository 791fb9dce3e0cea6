-- Setup invitations: the links by which somebody of an organization who has no account here prepares its connection. What
-- they prepare is a connection in the state draft; an administrator turns it on.

create table setup_invitation (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  email text not null,
  token_hash bytea not null unique,
  reminder_token_hash bytea unique,
  invited_by uuid,
  invited_by_name text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  reminded_at timestamptz,
  opened_at timestamptz,
  step text check (step in ('provider', 'domain', 'guide', 'values', 'test', 'hand-over')),
  provider text,
  credential text check (credential in ('none', 'secret')),
  domain text,
  entered jsonb,
  connection_id uuid references connection (id) on delete set null,
  basis jsonb,
  notes jsonb not null default '[]',
  checked_at timestamptz,
  trial_id uuid references trial (id) on delete set null,
  test_result text check (test_result in ('passed', 'failed')),
  tested_at timestamptz,
  handed_over_at timestamptz,
  handed_over_from inet,
  turned_on_at timestamptz,
  discarded_at timestamptz,
  revoked_at timestamptz
);
create index setup_invitation_of on setup_invitation (organization_id, created_at desc, id desc);
create index setup_invitation_open on setup_invitation (expires_at)
  where handed_over_at is null and revoked_at is null;
comment on table setup_invitation is 'Setup links: one organization, one mailbox, 7 days; its holder prepares a connection in the state draft.';
comment on column setup_invitation.id is 'Random 128 bit.';
comment on column setup_invitation.organization_id is 'Whose connection is prepared.';
comment on column setup_invitation.email is 'The mailbox that may use the link: a code mailed there is asked in each browser.';
comment on column setup_invitation.token_hash is 'SHA-256 of the link''s secret.';
comment on column setup_invitation.reminder_token_hash is 'SHA-256 of the secret in the reminder''s link; the first link stays valid.';
comment on column setup_invitation.invited_by is 'The user who made the link; null for a program or the operator.';
comment on column setup_invitation.invited_by_name is 'How the maker was called then.';
comment on column setup_invitation.created_at is 'When it was made.';
comment on column setup_invitation.expires_at is 'Seven days later.';
comment on column setup_invitation.reminded_at is 'When its one reminder was mailed.';
comment on column setup_invitation.opened_at is 'When its mailbox was first proven.';
comment on column setup_invitation.step is 'The furthest step reached.';
comment on column setup_invitation.provider is 'The provider chosen; a word of src/login/setup/providers.ts.';
comment on column setup_invitation.credential is 'Whether the guide is the one with a client secret.';
comment on column setup_invitation.domain is 'The mail domain entered for verification; its state stands in domain_verification.';
comment on column setup_invitation.entered is 'The settings as entered, without the client secret.';
comment on column setup_invitation.connection_id is 'The draft; null before there is one and after the end.';
comment on column setup_invitation.basis is 'What was in force when the draft was prepared: method, connection, version.';
comment on column setup_invitation.notes is 'What the check noted without refusing: codes and values.';
comment on column setup_invitation.checked_at is 'When the provider was last asked and the settings held.';
comment on column setup_invitation.trial_id is 'The test of the draft, while it lasts.';
comment on column setup_invitation.test_result is 'What came of the test of the draft; null when there was none.';
comment on column setup_invitation.tested_at is 'When that test ended.';
comment on column setup_invitation.handed_over_at is 'When the draft was handed over; nothing can be entered after that.';
comment on column setup_invitation.handed_over_from is 'Network address of that request, as the organization keeps them.';
comment on column setup_invitation.turned_on_at is 'When an administrator turned the draft on.';
comment on column setup_invitation.discarded_at is 'When an administrator discarded the draft.';
comment on column setup_invitation.revoked_at is 'When an administrator revoked the link.';
call gatehouse_guard('setup_invitation', 'select, insert, update');

create table setup_visit (
  id uuid primary key,
  setup_invitation_id uuid not null references setup_invitation (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  browser_hash bytea not null,
  code_mac bytea,
  code_expires_at timestamptz,
  attempts integer not null default 0,
  proven_until timestamptz,
  created_at timestamptz not null,
  unique (setup_invitation_id, browser_hash)
);
comment on table setup_visit is 'A browser at a setup link: its code, and until when it counts as the mailbox''s.';
comment on column setup_visit.id is 'Random 128 bit.';
comment on column setup_visit.setup_invitation_id is 'The link.';
comment on column setup_visit.organization_id is 'The link''s organization.';
comment on column setup_visit.browser_hash is 'SHA-256 of the browser''s cookie.';
comment on column setup_visit.code_mac is 'HMAC of the mailed code, bound to this row; null once it was used.';
comment on column setup_visit.code_expires_at is 'Ten minutes after it was mailed.';
comment on column setup_visit.attempts is 'Codes typed since the last one was mailed.';
comment on column setup_visit.proven_until is 'Until when the browser needs no new code.';
comment on column setup_visit.created_at is 'When the browser first asked for a code.';
call gatehouse_guard('setup_visit', '');
