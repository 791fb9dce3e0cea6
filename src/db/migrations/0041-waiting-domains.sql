-- A domain that was proved while people with addresses at it live in other organizations takes effect later, and they are told.
-- What was verified before stays as it is.

alter table domain_verification drop constraint domain_verification_state_check;
alter table domain_verification
  add column takes_effect_at timestamptz,
  add column users_elsewhere integer,
  add constraint domain_verification_state_check
    check (state in ('pending', 'waiting', 'verified', 'grace', 'expired', 'lost')),
  -- Also keeps a server of the version before, which knows no wait, from ending one.
  add constraint domain_verification_wait check ((state = 'waiting') = (takes_effect_at is not null));
comment on column domain_verification.state is 'pending: not proved yet; waiting: proved, takes effect later; verified; grace: verified, but the record is missing; expired: not proved within 30 days; lost: was verified.';
comment on column domain_verification.takes_effect_at is 'While it waits: from when on it is verified, if the record is still there.';
comment on column domain_verification.users_elsewhere is 'While it waits: how many users of other organizations had an address at the domain when it was proved.';
drop index domain_verification_one_owner;
create unique index domain_verification_one_owner on domain_verification (domain) where state in ('waiting', 'verified', 'grace');
comment on column domain_verification.domain is 'ASCII form (UTS-46), lower case. Several organizations may try; one at a time is verified or waits to be.';

create table domain_claim (
  organization_id uuid not null references organization (id) on delete cascade,
  domain text not null,
  claimed_by uuid not null,
  users integer not null check (users > 0),
  takes_effect_at timestamptz not null,
  announced_at timestamptz,
  created_at timestamptz not null,
  primary key (organization_id, domain),
  foreign key (claimed_by, domain) references domain_verification (organization_id, domain) on delete cascade
);
create index domain_claim_of on domain_claim (claimed_by, domain);
comment on table domain_claim is 'Claims on domains that wait, one row for each organization in which users have an address at the domain. Deleted when the wait is over.';
comment on column domain_claim.organization_id is 'The organization in which the users live.';
comment on column domain_claim.domain is 'The domain, as in domain_verification.';
comment on column domain_claim.claimed_by is 'The organization that proved the domain.';
comment on column domain_claim.users is 'How many users of the organization had an address at the domain when it was proved.';
comment on column domain_claim.takes_effect_at is 'As in domain_verification, whose row this organization does not reach.';
comment on column domain_claim.announced_at is 'When the mails were written; null before.';
comment on column domain_claim.created_at is 'When the domain was proved.';
call gatehouse_guard('domain_claim', 'select');
