-- Anybody can send requests with the client ID of an application: only those that proved more make it fail.

alter table application_failure add column proved_at timestamptz;
comment on column application_failure.proved_at is 'When one came last that authenticated itself as the application or named a redirect URI that is registered for it; null when none did: such requests do not make it fail.';
