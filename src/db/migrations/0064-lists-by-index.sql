-- Indexes in the order of lists that grew with the number of organizations or of logins. While they are built, what is there is
-- read as ever and changes wait: those of logins first and longest, for all logins that are kept are read once.

-- Logins of an outcome, the newest first: most finish, and those are found among the newest.
create index login_not_finished on login (organization_id, step, created_at desc, id desc) where step <> 'finished';

-- What lies below an organization is one range of these: compared by bytes, whatever the collation of the database.
create index organization_below on organization (path collate "C");

-- Lists of organizations by method, and what expires first, in their order.
create index organization_of_method on organization (method, lower(name), id);
create index connection_first_to_expire on connection
  (coalesce(date_trunc('milliseconds', credential_expires_at at time zone 'UTC'), timestamp '9999-01-01'), id)
  where state in ('unconfirmed', 'active') and template_id is null and credential in ('secret', 'certificate');
