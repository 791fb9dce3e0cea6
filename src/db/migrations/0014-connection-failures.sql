-- When a connection's last login failed, and when it went back by itself: a page can then tell which failures are newer
-- than the last success, and why people log in as before.

alter table connection
  add column last_failure_at timestamptz,
  add column reverted_at timestamptz;
comment on column connection.last_failure_at is 'When the last failed login ended; counted against the connection or not.';
comment on column connection.reverted_at is 'When the service put the previous method back because its provider does not accept it.';

update connection set last_failure_at = coalesce(failing_since, configured_at) where last_failure is not null;

-- What fails on the provider's own page never comes back to us: people who went there are counted.
alter table connection
  add column unreturned integer not null default 0,
  add column unreturned_since timestamptz;
comment on column connection.unreturned is 'Logins that went to the provider and did not come back within ten minutes, since the last success.';
comment on column connection.unreturned_since is 'When the first of them began.';
