-- What the operator's page shows: which server processes there are, and every mail with its delivery state.

create table server_node (
  id uuid primary key,
  version text not null,
  host_name text not null,
  workers integer not null,
  started_at timestamptz not null,
  seen_at timestamptz not null
);
create index server_node_seen on server_node (seen_at);
comment on table server_node is 'Server processes: each notes itself every minute and takes its row away when it stops. A row that is not renewed is of a process that ended otherwise.';
comment on column server_node.id is 'Random 128 bit, new at each start.';
comment on column server_node.version is 'Version of Gatehouse that it runs.';
comment on column server_node.host_name is 'What its machine or container calls itself.';
comment on column server_node.workers is 'How many processes its service has (GATEHOUSE_WORKERS).';
comment on column server_node.started_at is 'When it began to answer requests.';
comment on column server_node.seen_at is 'When it noted itself last.';
call gatehouse_guard('server_node', '');

-- Lists of mails, the newest first: a UUIDv7 is in the order of time. Those that wait and those that failed are few.
create index mail_outbox_waiting on mail_outbox (id) where sealed_message is not null and failed_at is null;
create index mail_outbox_failed on mail_outbox (id) where failed_at is not null;
create index mail_outbox_of_recipient on mail_outbox (lower(recipient) collate "C", id);

-- A mail that was refused for good keeps its body while its link is valid, so that it can be sent again.
create index mail_outbox_kept on mail_outbox (expires_at) where sealed_message is not null and failed_at is not null;
comment on column mail_outbox.sealed_message is 'Subject, text and HTML, sealed (they hold links); erased once sent or revoked, and once expired.';
comment on column mail_outbox.failed_at is 'When it was given up: refused for good, or expired. Null again when it is sent again.';
