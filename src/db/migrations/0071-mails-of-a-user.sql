-- The mails of a user, the newest first, on the user's page: a UUIDv7 is in the order of time.

create index mail_outbox_of_user on mail_outbox (user_id, id) where user_id is not null;
