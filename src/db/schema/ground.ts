// Generated from the migrated database by `npm run table-types`. Change a migration instead.
import type { Generated } from 'kysely';
import type { AuditEventId, InvitationId, JobId, LoginId, MailId, OrganizationId, UserId } from '../../base/ids.ts';
import type { Bigint, DefaultedJson } from './column-types.ts';

interface AuditEventTable {
  id: AuditEventId;
  organizationId: OrganizationId;
  occurredAt: Date;
  kind: string;
  actorKind: 'user' | 'operator' | 'api-token' | 'service' | 'stranger';
  actorId: string | null;
  actorName: string | null;
  userId: UserId | null;
  loginId: LoginId | null;
  details: DefaultedJson;
  network: string | null;
  browser: string | null;
}

interface AuditKeyTable {
  id: string;
  publicKey: Buffer;
  sealedPrivateKey: Buffer;
  createdAt: Date;
}

interface AuditPendingTable {
  organizationId: OrganizationId;
  eventId: AuditEventId;
}

interface AuditSealTable {
  number: Bigint;
  organizationId: OrganizationId;
  segment: number;
  eventIds: AuditEventId[];
  eventHashes: Buffer;
  previous: Buffer | null;
  digest: Buffer;
  sealedAt: Date;
  keyId: string;
  signature: Buffer;
}

interface BackupRunTable {
  id: string;
  kind: 'backup' | 'verify';
  startedAt: Date;
  endedAt: Date;
  bytes: Bigint | null;
  outcome: string;
  fileName: string;
}

interface IdempotencyKeyTable {
  organizationId: OrganizationId;
  callerId: string;
  key: string;
  requestHash: Buffer;
  status: number | null;
  sealedResponse: Buffer | null;
  createdAt: Date;
}

interface JobTable {
  id: JobId;
  kind: string;
  uniqueKey: string | null;
  concurrencyKey: string | null;
  organizationId: OrganizationId | null;
  sealedPayload: Buffer | null;
  dueAt: Date | null;
  claimId: string | null;
  woken: Generated<boolean>;
  attempts: Generated<number>;
  lastError: string | null;
  failedAt: Date | null;
  createdAt: Date;
}

interface KeptKeyTable {
  id: string;
  sealedKey: Buffer;
  createdAt: Date;
}

interface LimitPolicyTable {
  name: 'network-logins' | 'user-sessions' | 'network-device-codes' | 'device-codes';
  most: number;
}

interface MailOutboxTable {
  id: MailId;
  organizationId: OrganizationId | null;
  userId: UserId | null;
  invitationId: InvitationId | null;
  kind: string;
  recipient: string;
  sealedMessage: Buffer | null;
  attempts: Generated<number>;
  nextAttemptAt: Date | null;
  sentAt: Date | null;
  failedAt: Date | null;
  lastError: string | null;
  createdAt: Date;
  urgent: Generated<boolean>;
  replaceKey: string | null;
  expiresAt: Date | null;
  errorCode: string | null;
  byAdministrator: Generated<boolean>;
  bouncedAt: Date | null;
  bounceCategory: string | null;
  bounceSaid: string | null;
}

interface MailPauseTable {
  id: Generated<number>;
  since: Date;
  until: Date;
  attempts: number;
  errorCode: string;
  lastError: string | null;
}

interface RateLimitTable {
  key: string;
  points: Generated<number>;
  expire: Bigint | null;
}

interface RetentionPolicyTable {
  kind: 'api-token' | 'audit' | 'connection' | 'failed-job' | 'invitation' | 'login' | 'mail' | 'setup-link';
  days: number;
}

interface RetentionRunTable {
  job: string;
  ranAt: Date;
  removed: number;
  removedInAll: Bigint;
  oldestAt: Date | null;
}

interface RotationPolicyTable {
  name: string;
  days: number;
}

interface SealingProgressTable {
  fingerprint: string;
  place: string;
  lastRow: string | null;
  sealedCount: Bigint;
  endedAt: Date | null;
  complete: Generated<boolean>;
}

interface ServerNodeTable {
  id: string;
  version: string;
  hostName: string;
  workers: number;
  startedAt: Date;
  seenAt: Date;
}

/** What each column means stands in the migrations. */
export interface GroundTables {
  auditEvent: AuditEventTable;
  auditKey: AuditKeyTable;
  auditPending: AuditPendingTable;
  auditSeal: AuditSealTable;
  backupRun: BackupRunTable;
  idempotencyKey: IdempotencyKeyTable;
  job: JobTable;
  keptKey: KeptKeyTable;
  limitPolicy: LimitPolicyTable;
  mailOutbox: MailOutboxTable;
  mailPause: MailPauseTable;
  rateLimit: RateLimitTable;
  retentionPolicy: RetentionPolicyTable;
  retentionRun: RetentionRunTable;
  rotationPolicy: RotationPolicyTable;
  sealingProgress: SealingProgressTable;
  serverNode: ServerNodeTable;
}
