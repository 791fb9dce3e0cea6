-- Setup links are deleted some time after they ended, with drafts that nobody decided about.

alter table retention_policy drop constraint retention_policy_kind_check;
alter table retention_policy add constraint retention_policy_kind_check
  check (kind in ('audit', 'failed-job', 'login', 'mail', 'setup-link'));
comment on column retention_policy.kind is 'Audit events, jobs given up, logins with their trace, mails of the outbox, setup links with their drafts.';
