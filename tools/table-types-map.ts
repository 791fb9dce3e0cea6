/** What the database does not know of its tables: which file describes them, and what kind of id a column holds. */

/** The file in `src/db/schema/` that describes a table; daily partitions are described by their table. */
export const fileOfTable: Readonly<Record<string, string>> = {
  organization: 'organizations',
  organization_domain: 'organizations',
  domain_verification: 'organizations',
  audit_event: 'ground',
  audit_pending: 'ground',
  audit_key: 'ground',
  audit_seal: 'ground',
  job: 'ground',
  mail_outbox: 'ground',
  mail_pause: 'ground',
  retention_policy: 'ground',
  limit_policy: 'ground',
  idempotency_key: 'ground',
  rate_limit: 'ground',
  signing_key: 'oidc',
  app_user: 'users',
  setup_link: 'users',
  invitation: 'users',
  address_proof: 'users',
  api_token: 'users',
  authenticator: 'authenticators',
  reset_link: 'authenticators',
  recovery_code: 'authenticators',
  connection: 'connections',
  connection_template: 'connections',
  admin_consent: 'connections',
  connection_transaction: 'connections',
  identity: 'connections',
  identity_conflict: 'connections',
  setup_invitation: 'connections',
  setup_visit: 'connections',
  trial: 'connections',
  trial_run: 'connections',
  application: 'applications',
  application_access: 'applications',
  application_consent: 'applications',
  user_application_role: 'applications',
  session: 'oidc',
  login: 'oidc',
  oidc_code: 'oidc',
  oidc_access_token: 'oidc',
  oidc_refresh_token: 'oidc',
  oidc_record: 'oidc',
  oidc_ended: 'oidc',
};

/** Tables that no query of ours names by the query builder. */
export const undescribed: readonly string[] = ['installation', 'schema_migration'];

/** The type of a text column that is narrower than `string`, where no check constraint lists its values. */
export const typeOfColumn: Readonly<Record<string, string>> = {
  'organization.method': "'built-in' | 'same-as-managing' | FederatedMethod",
  'organization.previous_method': "'built-in' | 'same-as-managing' | FederatedMethod",
  'connection.method': 'FederatedMethod',
  'trial.method': 'FederatedMethod',
  'connection_template.method': 'FederatedMethod',
};

/** The id type of `src/base/ids.ts` that the column `id` of a table holds; a table without one has plain uuids. */
export const idOfTable: Readonly<Record<string, string>> = {
  organization: 'OrganizationId',
  app_user: 'UserId',
  invitation: 'InvitationId',
  authenticator: 'AuthenticatorId',
  connection: 'ConnectionId',
  identity_conflict: 'ConflictId',
  application: 'ApplicationId',
  login: 'LoginId',
  session: 'SessionId',
  api_token: 'ApiTokenId',
  audit_event: 'AuditEventId',
  mail_outbox: 'MailId',
  job: 'JobId',
  setup_invitation: 'SetupInvitationId',
  trial: 'TrialId',
  connection_template: 'TemplateId',
};

/** The id type of a column by its name, in every table; with its table (`table.column`) where the name alone misleads. */
export const idOfColumn: Readonly<Record<string, string>> = {
  organization_id: 'OrganizationId',
  managing_organization_id: 'OrganizationId',
  organization_in_scope_id: 'OrganizationId',
  user_id: 'UserId',
  created_by: 'UserId',
  invited_by: 'UserId',
  configured_by: 'UserId',
  invitation_id: 'InvitationId',
  setup_invitation_id: 'SetupInvitationId',
  connection_id: 'ConnectionId',
  application_id: 'ApplicationId',
  login_id: 'LoginId',
  trial_id: 'TrialId',
  template_id: 'TemplateId',
  asked_by: 'UserId',
  event_id: 'AuditEventId',
  event_ids: 'AuditEventId',
  created_by_user_id: 'UserId',
  created_by_token_id: 'ApiTokenId',
};
