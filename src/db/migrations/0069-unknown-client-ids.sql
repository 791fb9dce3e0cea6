-- Which client IDs of no application were named: shown to administrators of the root, of whom one may have mistyped it.

create table unknown_client_id (
  client_id text primary key check (length(client_id) <= 100),
  count integer not null check (count > 0),
  first_at timestamptz not null,
  last_at timestamptz not null
);
comment on table unknown_client_id is 'Client IDs of no application that requests named: the newest and the most frequent, a handful, whatever strangers send; kept for 30 days.';
comment on column unknown_client_id.client_id is 'As it may be kept: whole only where it has the form of ours, else its beginning and length, of a URL its host.';
comment on column unknown_client_id.count is 'How many such requests were written; of a flood at least so many came.';
comment on column unknown_client_id.first_at is 'When the first one came.';
comment on column unknown_client_id.last_at is 'When the last one came.';
call gatehouse_guard('unknown_client_id', '');
