-- Claims of an identity provider give console and application roles, by rules of the connection.

alter table connection add column role_rules jsonb not null default '{"version": 1, "rules": []}';
comment on column connection.role_rules is 'Rules by which values of claims give the organization''s users roles, in their order, with a version that counts changes.';

alter table app_user add column ruled_roles text[] not null default '{}';
comment on column app_user.ruled_roles is 'Whose roles a rule of the connection gave at the last login: `console`, or ids of applications.';

alter table identity add column stated_values jsonb;
comment on column identity.stated_values is 'Values of the claims that rules ask for, as stated at the last login; a claim whose values are not known is null. For previews.';

alter table connection_transaction add column login_organization_id uuid;
comment on column connection_transaction.login_organization_id is 'The organization that is logged in to, where it may be one below the connection''s; null for requests of the version before.';
