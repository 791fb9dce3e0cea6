/** What a migration does to a database that is in use. */
export interface MigrationEffect {
  /** Tables that can be read, and whose changes wait until it ends. */
  changesWait: readonly string[];
  /** Tables that nobody can use until it ends; `*` for all. */
  everybodyWaits: readonly string[];
  /** Tables whose rows are all read or written. */
  rowsOf: readonly string[];
  /** Rows it does in a second on a machine of two cores, rounded down. */
  rowsPerSecond: number;
  /** It is over soon: all of its locks are taken before it begins. */
  locksFirst?: true;
  /** A condition in SQL without which it does nothing of that. */
  onlyWhere?: string;
}

const NOTHING: MigrationEffect = { changesWait: [], everybodyWaits: [], rowsOf: [], rowsPerSecond: 1 };

/** From this one on each migration stands here; those before are of versions without a release. */
export const FIRST_DESCRIBED = '0060';

/** What {@link MigrationEffect} each has, by the name of its file. */
export const MIGRATION_EFFECTS: Readonly<Record<string, MigrationEffect>> = {
  '0060-lists': {
    changesWait: ['app_user', 'organization', 'organization_domain'],
    everybodyWaits: [],
    rowsOf: ['app_user', 'organization', 'organization_domain'],
    rowsPerSecond: 50_000,
  },
  // Measured: a million users and logins with two million events in nine minutes, beside other work.
  '0061-lists-in-order': {
    changesWait: ['app_user', 'organization', 'application', 'invitation', 'audit_event'],
    everybodyWaits: ['login'],
    rowsOf: ['app_user', 'organization', 'application', 'invitation', 'audit_event', 'login'],
    rowsPerSecond: 7000,
  },
  '0062-own-tables-first': NOTHING,
  '0063-reach-by-index': { ...NOTHING, everybodyWaits: ['*'], locksFirst: true },
  '0064-lists-by-index': {
    changesWait: ['login', 'organization', 'connection'],
    everybodyWaits: [],
    rowsOf: ['login', 'organization', 'connection'],
    rowsPerSecond: 50_000,
  },
  '0065-backup-runs': NOTHING,
  // A handful of keys; who signs reads them from memory.
  '0066-keys': { ...NOTHING, everybodyWaits: ['signing_key'], rowsOf: ['signing_key'], rowsPerSecond: 50_000 },
  '0067-the-operators-page': {
    changesWait: ['mail_outbox'],
    everybodyWaits: [],
    rowsOf: ['mail_outbox'],
    rowsPerSecond: 50_000,
  },
  '0068-one-lower-case': {
    changesWait: ['app_user'],
    everybodyWaits: ['organization', 'application', 'connection_template', 'api_resource', 'login'],
    rowsOf: ['organization', 'application', 'connection_template', 'api_resource', 'login', 'app_user'],
    rowsPerSecond: 7000,
    onlyWhere: `lower('IÉĞ') <> 'iéğ'`,
  },
  '0069-unknown-client-ids': NOTHING,
  '0071-mails-of-a-user': {
    changesWait: ['mail_outbox'],
    everybodyWaits: [],
    rowsOf: ['mail_outbox'],
    rowsPerSecond: 50_000,
  },
  '0072-quotas': {
    changesWait: ['app_user', 'organization', 'application', 'api_resource'],
    everybodyWaits: ['mail_outbox'],
    rowsOf: ['organization', 'application', 'api_resource'],
    rowsPerSecond: 7000,
  },
  '0073-retention-runs': {
    ...NOTHING,
    changesWait: ['organization_domain', 'connection_template', 'api_token', 'authenticator'],
  },
  '0074-mails-that-come-back': {
    changesWait: [],
    everybodyWaits: ['mail_outbox'],
    rowsOf: ['mail_outbox'],
    rowsPerSecond: 50_000,
  },
  // Builds an index over the codes and access tokens of two days, and the refresh tokens of a month.
  '0075-hash-first': {
    changesWait: [],
    everybodyWaits: ['oidc_code', 'oidc_access_token', 'oidc_refresh_token'],
    rowsOf: ['oidc_code', 'oidc_access_token', 'oidc_refresh_token'],
    rowsPerSecond: 100_000,
    locksFirst: true,
  },
  // Builds an index over who people are at their identity providers.
  '0076-identity-of-a-user': {
    changesWait: [],
    everybodyWaits: ['identity'],
    rowsOf: ['identity'],
    rowsPerSecond: 200_000,
    locksFirst: true,
  },
};
