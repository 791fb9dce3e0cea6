-- The word everywhere else: a link is revoked.
--
-- A rename, not a second column beside it: migration 0005 is of the same release, and a server of the version before cannot
-- work once that has run.

alter table reset_link rename column voided_at to revoked_at;
comment on column reset_link.revoked_at is 'When a newer link, a login, a changed address or method revoked it.';
