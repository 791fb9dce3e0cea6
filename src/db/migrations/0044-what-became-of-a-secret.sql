-- A setup link knows what became of the client secret that was handed in by it; keys are "in use", as client secrets are.

alter table setup_invitation add column next_secret_at timestamptz, add column secret_in_use_at timestamptz;
comment on column setup_invitation.next_secret_at is 'When its client secret alone was entered as the next one of the connection in force: connection_secret.set_at of it, and later connection.client_secret_set_at. Null for all other links.';
comment on column setup_invitation.secret_in_use_at is 'Since when that secret is in use; null before, and when an administrator went back to the one before.';

alter table client_key drop constraint client_key_state_check;
update client_key set state = 'in-use' where state = 'current';
alter table client_key add constraint client_key_state_check check (state in ('next', 'in-use', 'previous'));
drop index client_key_tended;
create index client_key_tended on client_key (changed_at) where state <> 'in-use';
comment on table client_key is 'Key pairs of a set: the next one is published before it is taken into use, the previous one stays for a while.';
comment on column client_key.state is 'in-use signs; next and previous are published beside it.';
