-- The sentence about a connection's last failure names what was found where, and what it should be.

alter table connection add column last_failure_values jsonb;
comment on column connection.last_failure_values is 'What the sentence about the last failure names: member, found, wanted, endpoint.';
