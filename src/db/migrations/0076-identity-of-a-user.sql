-- With the connection first, PostgreSQL took this index to find a subject, too, until it knew how many rows there are: it then read
-- every identity of the connection, and each login was slower than the one before it. The user comes first.

alter table identity drop constraint identity_connection_id_user_id_key;
create unique index identity_of_user on identity (user_id, connection_id);
