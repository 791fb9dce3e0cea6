-- A mail server takes a mail and later writes that it could not deliver it: what that report says stands with the mail.

alter table mail_outbox
  add column bounced_at timestamptz,
  add column bounce_category text,
  add column bounce_said text;
comment on column mail_outbox.bounced_at is 'When a report came that it could not be delivered; null while it is only delayed.';
comment on column mail_outbox.bounce_category is 'Why it came back; delayed where a report says that it is still tried.';
comment on column mail_outbox.bounce_said is 'What the mail server of the recipient said, without links.';

create index mail_outbox_bounced on mail_outbox (id) where bounced_at is not null;
