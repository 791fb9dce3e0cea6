-- A server of the version before saves another client into a connection and leaves the client secrets beside it.

alter table connection_secret add column client_id text;
comment on column connection_secret.client_id is 'The client it authenticates; taken into use for no other. Null where that is not known: it is not used, and entered again.';
