-- How logins into applications fare: when one last worked, and what requests of an application were refused for.

create table application_health (
  application_id uuid primary key references application (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  last_login_at timestamptz not null
);
create index application_health_of on application_health (organization_id);
comment on table application_health is 'When a login into an application last worked; written along with the tokens, at most once a minute by each server process while nothing fails.';
comment on column application_health.application_id is 'Which application.';
comment on column application_health.organization_id is 'Its owner.';
comment on column application_health.last_login_at is 'When it was last given tokens for a person who logged in, up to a minute early.';
call gatehouse_guard('application_health', 'select');

create table application_failure (
  application_id uuid not null references application (id) on delete cascade,
  organization_id uuid not null references organization (id) on delete cascade,
  cause text not null check (length(cause) between 1 and 40),
  count integer not null check (count > 0),
  first_at timestamptz not null,
  last_at timestamptz not null,
  came text check (length(came) <= 300),
  wanted text check (length(wanted) <= 300),
  reference text not null,
  window_at timestamptz not null,
  window_count integer not null,
  primary key (application_id, cause)
);
create index application_failure_of on application_failure (organization_id);
comment on table application_failure is 'Refused requests of an application, one row for each cause: anybody can send such requests, so nothing is kept of the single one.';
comment on column application_failure.application_id is 'Which application.';
comment on column application_failure.organization_id is 'Its owner.';
comment on column application_failure.cause is 'Of src/applications/health/failure-causes.ts.';
comment on column application_failure.count is 'How often since the last login that worked; of a flood at least so often.';
comment on column application_failure.first_at is 'When it first came since the last login that worked.';
comment on column application_failure.last_at is 'When it came last.';
comment on column application_failure.came is 'What came the last time, cut, without control characters; never a secret, code or token.';
comment on column application_failure.wanted is 'What fits: the nearest registered address, the registered way of authentication.';
comment on column application_failure.reference is 'Of the last request, as its page and the log show it.';
comment on column application_failure.window_at is 'When the window began in which its audit events are counted.';
comment on column application_failure.window_count is 'Audit events of this cause in that window, over all server processes.';
call gatehouse_guard('application_failure', 'select');

create table unknown_application (
  hour timestamptz primary key,
  count integer not null check (count > 0),
  last_at timestamptz not null,
  client_id text not null check (length(client_id) <= 100)
);
comment on table unknown_application is 'Requests with a client ID of no application, counted by hour for the operator and kept for 30 days: one row an hour, whatever strangers send.';
comment on column unknown_application.hour is 'When the hour began (UTC).';
comment on column unknown_application.count is 'How many; of a flood at least so many.';
comment on column unknown_application.last_at is 'When the last one came.';
comment on column unknown_application.client_id is 'The client ID of the last one, cut, without control characters.';
call gatehouse_guard('unknown_application', '');
