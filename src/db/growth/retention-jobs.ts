import type { Retained } from '../retention.ts';

/** A job that removes what is over. */
interface RetentionJob {
  tables: readonly string[];
  /** What is kept for days, and where the time of the oldest such row is read: a column, found by `by` in its order. */
  kept?: { kind: Retained; table: string; column: string; by: string };
}

/**
 * Every job that removes rows because they are over, by its name: labels of a metric and rows of `retention_run` are of this list
 * alone.
 */
export const RETENTION_JOBS = {
  'delete-old-audit-events': {
    tables: ['audit_event'],
    kept: { kind: 'audit', table: 'audit_event', column: 'occurred_at', by: 'id' },
  },
  'delete-old-mails': {
    tables: ['mail_outbox'],
    kept: { kind: 'mail', table: 'mail_outbox', column: 'created_at', by: 'id' },
  },
  'delete-expired-logins': {
    tables: ['login', 'identity_conflict'],
    kept: { kind: 'login', table: 'login', column: 'created_at', by: 'created_at' },
  },
  'delete-failed-jobs': {
    tables: ['job'],
    kept: { kind: 'failed-job', table: 'job', column: 'failed_at', by: 'failed_at' },
  },
  'tend-setup-links': {
    tables: ['setup_invitation', 'setup_visit'],
    kept: { kind: 'setup-link', table: 'setup_invitation', column: 'created_at', by: 'created_at' },
  },
  'delete-old-invitations': {
    tables: ['invitation'],
    kept: { kind: 'invitation', table: 'invitation', column: 'created_at', by: 'created_at' },
  },
  'delete-old-api-tokens': {
    tables: ['api_token'],
    kept: { kind: 'api-token', table: 'api_token', column: 'created_at', by: 'created_at' },
  },
  'delete-old-connections': {
    tables: ['connection', 'identity', 'provider_reading', 'credential_warning', 'connection_secret'],
    kept: { kind: 'connection', table: 'connection', column: 'configured_at', by: 'configured_at' },
  },
  'delete-expired-sessions': { tables: ['session'] },
  'delete-expired-answers': { tables: ['idempotency_key'] },
  'delete-expired-records': { tables: ['oidc_record', 'oidc_device_code', 'oidc_ended'] },
  'delete-dormant-authenticators': { tables: ['authenticator'] },
  'delete-unused-applications': { tables: ['unregistered_application'] },
  'delete-old-server-nodes': { tables: ['server_node'] },
  'delete-expired-reset-links': { tables: ['reset_link'] },
  'delete-expired-rate-limits': { tables: ['rate_limit'] },
  'expire-transactions': { tables: ['connection_transaction'] },
  'delete-old-logout-tokens': { tables: ['logout_token'] },
  'expire-trials': { tables: ['trial', 'trial_run'] },
  'delete-old-client-secrets': { tables: ['connection_secret'] },
} as const satisfies Record<string, RetentionJob>;

export type RetentionJobName = keyof typeof RETENTION_JOBS;

/** The names, in the order of the list. */
export const RETENTION_JOB_NAMES = Object.keys(RETENTION_JOBS) as RetentionJobName[];

/** What of a job is kept for days; null where rows end by themselves. */
export function keptBy(job: RetentionJobName): Required<RetentionJob>['kept'] | null {
  const one: RetentionJob = RETENTION_JOBS[job];
  return one.kept ?? null;
}
