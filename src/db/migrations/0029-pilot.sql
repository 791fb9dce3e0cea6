-- A connection that holds first for some of an organization's users: the others keep the method before.

alter table connection
  add column pilot_percent smallint check (pilot_percent between 1 and 99),
  add column pilot_user_ids uuid[],
  add constraint connection_pilot check (pilot_percent is null or pilot_user_ids is null);
comment on column connection.pilot_percent is 'Holds first for this share of the users, in percent, chosen by their ids; null: not a pilot by percentage.';
comment on column connection.pilot_user_ids is 'Holds first for these users; null: not a pilot by name.';
