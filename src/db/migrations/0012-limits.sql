-- Limits that the operator may change.

create table limit_policy (
  name text primary key check (name in ('network-logins', 'user-sessions')),
  most integer not null check (most > 0)
);
comment on table limit_policy is 'Limits, where the operator wants others than the defaults in src/db/limits/limit-policy-sql.ts.';
comment on column limit_policy.name is 'Logins that one network may begin in ten minutes; live sessions of one user.';
comment on column limit_policy.most is 'The most that is allowed.';
call gatehouse_guard('limit_policy', '');
