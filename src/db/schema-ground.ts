import type { Generated } from 'kysely';
import type { AuditEventId, InvitationId, JobId, LoginId, MailId, OrganizationId, UserId } from '../base/ids.ts';
import type { Bigint, DefaultedJson, Json } from './column-types.ts';

interface OrganizationTable {
  id: OrganizationId;
  managing_organization_id: OrganizationId | null;
  path: string;
  depth: number;
  name: string;
  method: Generated<'built-in' | 'entra-id' | 'openid-connect' | 'same-as-managing'>;
  previous_method: 'built-in' | 'entra-id' | 'openid-connect' | 'same-as-managing' | null;
  method_changed_at: Date | null;
  support_contact: string | null;
  suspended_at: Date | null;
  version: Generated<number>;
  created_at: Date;
}

interface OrganizationDomainTable {
  domain: string;
  organization_id: OrganizationId;
  verified_at: Date | null;
  created_by: UserId | null;
  created_at: Date;
}

interface DomainVerificationTable {
  organization_id: OrganizationId;
  domain: string;
  state: Generated<'pending' | 'verified' | 'grace' | 'expired' | 'lost'>;
  token: string;
  former_tokens: Generated<string[]>;
  started_at: Date;
  checking_until: Date | null;
  checked_at: Date | null;
  next_check_at: Date | null;
  found_at: Date | null;
  finding: Json | null;
  name_servers: Generated<string[]>;
  verified_at: Date | null;
  grace_since: Date | null;
  grace_days: Generated<number>;
  grace_counted_on: string | null;
  unknown_since: Date | null;
  vanished_at: Date | null;
  told_day: Generated<number>;
  created_by: UserId | null;
  created_at: Date;
}

interface AuditEventTable {
  id: AuditEventId;
  organization_id: OrganizationId;
  occurred_at: Date;
  kind: string;
  actor_kind: 'user' | 'operator' | 'api-token' | 'service' | 'stranger';
  actor_id: string | null;
  actor_name: string | null;
  user_id: UserId | null;
  login_id: LoginId | null;
  details: DefaultedJson;
}

interface MailOutboxTable {
  id: MailId;
  organization_id: OrganizationId | null;
  user_id: UserId | null;
  invitation_id: InvitationId | null;
  kind: string;
  recipient: string;
  sealed_message: Buffer | null;
  attempts: Generated<number>;
  next_attempt_at: Date | null;
  sent_at: Date | null;
  failed_at: Date | null;
  last_error: string | null;
  created_at: Date;
}

interface JobTable {
  id: JobId;
  kind: string;
  unique_key: string | null;
  concurrency_key: string | null;
  organization_id: OrganizationId | null;
  sealed_payload: Buffer | null;
  due_at: Date | null;
  claim_id: string | null;
  attempts: Generated<number>;
  last_error: string | null;
  failed_at: Date | null;
  created_at: Date;
}

interface IdempotencyKeyTable {
  organization_id: OrganizationId;
  caller_id: string;
  key: string;
  request_hash: Buffer;
  status: number | null;
  sealed_response: Buffer | null;
  created_at: Date;
}

interface RateLimitTable {
  key: string;
  points: Generated<number>;
  expire: Bigint | null;
}

interface SigningKeyTable {
  id: string;
  kid: string;
  algorithm: 'ES256' | 'RS256';
  sealed_private_jwk: Buffer;
  public_jwk: Json;
  created_at: Date;
  retired_at: Date | null;
}

/** What each column means stands in the migrations. */
export interface GroundTables {
  organization: OrganizationTable;
  organization_domain: OrganizationDomainTable;
  domain_verification: DomainVerificationTable;
  audit_event: AuditEventTable;
  mail_outbox: MailOutboxTable;
  job: JobTable;
  idempotency_key: IdempotencyKeyTable;
  rate_limit: RateLimitTable;
  signing_key: SigningKeyTable;
}
