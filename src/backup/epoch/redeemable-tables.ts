/**
 * Every table with something that can be presented (a digest of a link, code, token or cookie) or that ends at a moment, and
 * what a new epoch does with it. A test reads the schema and fails when a table is named in neither list.
 */

/** What a new epoch makes void; how stands in `epoch-store.ts`, of sessions in `sessions/end-sessions.ts`. */
export const VOIDED = [
  'address_code',
  'address_proof',
  'admin_consent',
  'api_token',
  'connection_transaction',
  'idempotency_key',
  'invitation',
  'job',
  'login',
  'mail_outbox',
  'oidc_access_token',
  'oidc_code',
  'oidc_device_code',
  'oidc_record',
  'oidc_refresh_token',
  'reset_link',
  'session',
  'setup_invitation',
  'setup_link',
  'setup_visit',
  'trial',
  'trial_run',
] as const;

/** What stays as it was, with the reason. */
export const KEPT = {
  application: 'its client secret is set up in the application',
  application_secret: 'a client secret is set up in the application',
  audit_key: 'seals the audit log, which goes on',
  audit_seal: 'digests of events',
  authenticator: 'passwords, authenticator apps and security keys are what people log in with',
  client_key: 'a key of ours that is registered at an identity provider',
  connection: 'a client secret of ours that is set up at an identity provider',
  connection_secret: 'a client secret of ours that is set up at an identity provider',
  connection_template: 'a client secret of ours that is set up at an identity provider',
  credential_warning: 'no secret: which warnings were mailed',
  domain_verification: 'its token is published in DNS',
  kept_key: 'derived from a master key that was replaced, so that recovery codes still open',
  logout_token: 'refuses a logout token that was seen before',
  recovery_code: 'people have them on paper, beside a password; a code used after the backup works again',
  signing_key: 'applications verify ID tokens with it',
} as const;

/** Of `oidc_record`, the kind that stays: identifiers that were seen, so that they are refused (RFC 7523, RFC 9449). */
export const SEEN_IDENTIFIERS = 'ReplayDetection';
