/**
 * What bounds every table. A test reads the schema and asks for an entry of each table; `docs/reference/growth.md` is made from this.
 *
 *   growth.ts                the tables (this file)
 *   retention-jobs.ts        the jobs that remove what is over
 *   retention-runs.ts        what they did last
 */
import type { RetentionJobName } from './retention-jobs.ts';
import type { LIMITS } from '../limits/limits.ts';
import type { Retained } from '../retention.ts';

/** What keeps a table from growing without end. */
export type Bound =
  /** Rows are kept for days that the operator may change (`retention_policy`), then a job removes them. */
  | { by: 'days'; kind: Retained; job: RetentionJobName; also?: string }
  /** Rows say when they are over, and a job removes them. */
  | { by: 'end'; ends: string; job?: RetentionJobName; limit?: keyof typeof LIMITS }
  /** Partitions of a day are dropped as a whole. */
  | { by: 'partitions'; days: number }
  /** The tree of an organization holds so many (`quota_policy`). */
  | { by: 'quota'; kind: 'organizations' | 'users' | 'applications' | 'resources' }
  /** Rows hang on those of another table, which is bounded: so many of each. */
  | { by: 'parent'; parent: string; most: string }
  /** A few, however large the installation is. */
  | { by: 'constant'; what: string }
  /** Grows with what was done, and is kept on purpose. */
  | { by: 'kept'; why: string };

/** Every table, by its name in the database; partitions are part of their table. */
export const GROWTH: Readonly<Record<string, Bound>> = {
  organization: { by: 'quota', kind: 'organizations' },
  organization_domain: { by: 'parent', parent: 'organization', most: '200' },
  organization_search_term: {
    by: 'parent',
    parent: 'organization',
    most: 'one for each letter of its name and its routed domains',
  },
  organization_user_count: { by: 'parent', parent: 'app_user', most: '1 for each mail domain of an organization' },
  organization_login: { by: 'parent', parent: 'organization', most: '1' },
  domain_verification: { by: 'parent', parent: 'organization', most: '100' },
  domain_claim: {
    by: 'parent',
    parent: 'domain_verification',
    most: '1 for each organization with users at the domain, while it waits',
  },
  quota_policy: { by: 'parent', parent: 'organization', most: '5, one of each kind' },
  quota_usage: { by: 'parent', parent: 'organization', most: '5, one of each kind' },

  app_user: { by: 'quota', kind: 'users' },
  user_search_term: { by: 'parent', parent: 'app_user', most: '24' },
  invitation: {
    by: 'days',
    kind: 'invitation',
    job: 'delete-old-invitations',
    also: 'one that is open stays with its user, who has one at most',
  },
  address_proof: { by: 'parent', parent: 'app_user', most: '1' },
  address_code: { by: 'parent', parent: 'app_user', most: '1' },
  authenticator: { by: 'parent', parent: 'app_user', most: '50' },
  recovery_code: { by: 'parent', parent: 'app_user', most: '10' },
  reset_link: { by: 'end', ends: 'a day after the link', job: 'delete-expired-reset-links' },
  api_token: { by: 'days', kind: 'api-token', job: 'delete-old-api-tokens', also: 'at most 200 of an organization' },
  setup_link: { by: 'constant', what: 'the links of the first administrator, one a start until setup is closed' },

  connection: {
    by: 'days',
    kind: 'connection',
    job: 'delete-old-connections',
    also: 'those in force and waiting: one of each of an organization',
  },
  connection_template: { by: 'parent', parent: 'organization', most: '50' },
  admin_consent: { by: 'parent', parent: 'connection_template', most: '1 for each organization below' },
  connection_secret: { by: 'parent', parent: 'connection', most: '3' },
  credential_warning: { by: 'parent', parent: 'connection', most: '5 for each day of expiry' },
  provider_reading: { by: 'parent', parent: 'connection', most: '1' },
  identity: { by: 'parent', parent: 'connection', most: '1 for each user of the organization' },
  identity_conflict: { by: 'days', kind: 'login', job: 'delete-expired-logins', also: 'at most 10 of a user' },
  client_key_set: { by: 'parent', parent: 'connection', most: '1, and 10 unused of an organization' },
  client_key: { by: 'parent', parent: 'client_key_set', most: '3' },
  setup_invitation: {
    by: 'days',
    kind: 'setup-link',
    job: 'tend-setup-links',
    also: 'at most 20 open of an organization',
  },
  setup_visit: { by: 'end', ends: 'with its setup link', job: 'tend-setup-links' },
  connection_transaction: {
    by: 'end',
    ends: 'minutes after the browser was sent to the provider',
    job: 'expire-transactions',
    limit: 'network-logins',
  },
  logout_token: { by: 'end', ends: 'when the token expires', job: 'delete-old-logout-tokens' },
  trial: { by: 'end', ends: 'after an hour, of a mailed one after 7 days', job: 'expire-trials' },
  trial_run: { by: 'parent', parent: 'trial', most: '11' },

  application: { by: 'quota', kind: 'applications' },
  application_access: { by: 'parent', parent: 'application', most: '200' },
  application_secret: { by: 'parent', parent: 'application', most: '2' },
  application_consent: { by: 'parent', parent: 'application', most: '1 for each user' },
  application_health: { by: 'parent', parent: 'application', most: '1' },
  application_failure: { by: 'parent', parent: 'application', most: '1 for each cause of a closed list' },
  unknown_client_id: { by: 'constant', what: 'the 10 newest and the 10 most frequent of 30 days' },
  unknown_application: { by: 'end', ends: 'after 30 days; one row an hour' },
  unregistered_application: { by: 'parent', parent: 'organization', most: '50' },
  user_application_role: { by: 'parent', parent: 'app_user', most: 'the roles of its applications' },
  api_resource: { by: 'quota', kind: 'resources' },
  api_resource_scope: { by: 'parent', parent: 'api_resource', most: '100' },
  application_scope: { by: 'parent', parent: 'application', most: '100 for each API resource' },

  session: {
    by: 'end',
    ends: '12 hours after the login, or after an hour unused',
    job: 'delete-expired-sessions',
    limit: 'user-sessions',
  },
  login: {
    by: 'days',
    kind: 'login',
    job: 'delete-expired-logins',
    also: 'at most 3000 begun from a network in ten minutes; one in which nobody gave an address, an hour',
  },
  oidc_code: { by: 'partitions', days: 1 },
  oidc_access_token: { by: 'partitions', days: 1 },
  oidc_refresh_token: { by: 'partitions', days: 31 },
  oidc_record: { by: 'end', ends: 'when the record expires', job: 'delete-expired-records' },
  oidc_ended: { by: 'end', ends: '31 days after it was written: no token lives longer', job: 'delete-expired-records' },
  oidc_device_code: {
    by: 'end',
    ends: 'an hour after the code',
    job: 'delete-expired-records',
    limit: 'network-device-codes',
  },

  audit_event: { by: 'days', kind: 'audit', job: 'delete-old-audit-events', also: 'never less than 90 days' },
  audit_pending: { by: 'end', ends: 'seconds after its event, when that is sealed' },
  audit_key: { by: 'constant', what: 'one key' },
  audit_seal: {
    by: 'kept',
    why: 'the chain that `audit verify` follows from its beginning: 48 bytes an event, and about 250 a seal, at most one in 3 seconds of an organization',
  },

  job: { by: 'days', kind: 'failed-job', job: 'delete-failed-jobs', also: 'what was done is deleted at once' },
  mail_outbox: { by: 'days', kind: 'mail', job: 'delete-old-mails' },
  mail_pause: { by: 'constant', what: 'one row' },
  idempotency_key: { by: 'end', ends: 'after 24 hours', job: 'delete-expired-answers' },
  rate_limit: { by: 'end', ends: 'with the time it counts for, a day at most', job: 'delete-expired-rate-limits' },
  server_node: { by: 'end', ends: '7 days after the server was seen', job: 'delete-old-server-nodes' },
  retention_policy: { by: 'constant', what: 'one row a kind' },
  retention_run: { by: 'constant', what: 'one row a job' },
  limit_policy: { by: 'constant', what: 'one row a limit' },
  rotation_policy: { by: 'constant', what: 'one row' },
  backup_run: { by: 'constant', what: 'the last runs alone' },
  signing_key: { by: 'constant', what: 'the keys that sign, are next or are published still' },
  former_signing_key: { by: 'end', ends: '30 days after the key was removed' },
  kept_key: { by: 'constant', what: 'one for each master key that was replaced' },
  sealing_progress: { by: 'constant', what: 'one row a place where values are sealed' },
  installation: { by: 'constant', what: 'a few facts of this database' },
  schema_migration: { by: 'constant', what: 'one row a migration' },
};

/** The tables that are kept on purpose; the test knows them by name, so that none is added in passing. */
export const KEPT_ON_PURPOSE: readonly string[] = ['audit_seal'];
