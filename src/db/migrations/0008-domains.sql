-- Verified domains: a mail domain proved by a TXT record. Routing (organization_domain) stays apart: an organization may
-- prove a domain that is routed to another one, and proof ranks before routing.

create table domain_verification (
  organization_id uuid not null references organization (id) on delete cascade,
  domain text not null check (domain = lower(domain)),
  state text not null default 'pending' check (state in ('pending', 'verified', 'grace', 'expired', 'lost')),
  token text not null unique check (token ~ '^[a-z2-7]{26,}$'),
  former_tokens text[] not null default '{}',
  started_at timestamptz not null,
  checking_until timestamptz,
  checked_at timestamptz,
  next_check_at timestamptz,
  found_at timestamptz,
  finding jsonb,
  name_servers text[] not null default '{}',
  verified_at timestamptz,
  grace_since timestamptz,
  grace_days smallint not null default 0,
  grace_counted_on date,
  unknown_since timestamptz,
  vanished_at timestamptz,
  told_day smallint not null default 0,
  created_by uuid,
  created_at timestamptz not null,
  primary key (organization_id, domain),
  check (state not in ('verified', 'grace') or verified_at is not null),
  check ((state = 'grace') = (grace_since is not null))
);
create unique index domain_verification_one_owner on domain_verification (domain) where state in ('verified', 'grace');
create index domain_verification_due on domain_verification (next_check_at) where next_check_at is not null;
comment on table domain_verification is 'Mail domains that organizations prove, or proved, by a TXT record.';
comment on column domain_verification.organization_id is 'The organization that proves it.';
comment on column domain_verification.domain is 'ASCII form (UTS-46), lower case. Several organizations may try; one at a time is verified.';
comment on column domain_verification.state is 'pending: not proved yet; verified; grace: verified, but the record is missing; expired: not proved within 30 days; lost: was verified.';
comment on column domain_verification.token is 'What the record has to say after "gatehouse-verify="; random, for this organization and domain alone. Public once it stands in DNS.';
comment on column domain_verification.former_tokens is 'Tokens of earlier attempts, the newest first: they prove nothing and are recognized in an explanation.';
comment on column domain_verification.started_at is 'When the running attempt began; its schedule of checks counts from here.';
comment on column domain_verification.checking_until is 'Until when a check in progress keeps others away; null when none runs.';
comment on column domain_verification.checked_at is 'When DNS was asked last.';
comment on column domain_verification.next_check_at is 'When the service asks again by itself; null for never.';
comment on column domain_verification.found_at is 'When the record was first found in this attempt; a second answer, minutes later, verifies.';
comment on column domain_verification.finding is 'What the last check found: code, values for its sentence, notes, name servers.';
comment on column domain_verification.name_servers is 'Names of the name servers at the last check that found the record.';
comment on column domain_verification.verified_at is 'When it was verified; stays when it is lost.';
comment on column domain_verification.grace_since is 'Since when the record of a verified domain is missing.';
comment on column domain_verification.grace_days is 'On how many days since then it was found missing.';
comment on column domain_verification.grace_counted_on is 'The last of these days (UTC).';
comment on column domain_verification.unknown_since is 'Since when DNS gives no usable answer for a verified domain.';
comment on column domain_verification.vanished_at is 'Since when the domain itself does not exist in DNS.';
comment on column domain_verification.told_day is 'Day of the grace or of unknown answers that administrators were told of last; 0 for none.';
comment on column domain_verification.created_by is 'The user who added it; null when a program did.';
comment on column domain_verification.created_at is 'When it was added.';
call gatehouse_guard('domain_verification', 'select, insert, update, delete');

comment on column organization_domain.verified_at is 'Not used since domain_verification exists; removed in a later version.';
