// Generated from the migrated database by `npm run table-types`. Change a migration instead.
import type { Generated } from 'kysely';
import type { FederatedMethod } from '../../base/federated-method.ts';
import type {
  ClientKeySetId,
  ConflictId,
  ConnectionId,
  LoginId,
  OrganizationId,
  SetupInvitationId,
  TemplateId,
  TrialId,
  UserId,
} from '../../base/ids.ts';
import type { DefaultedJson, Json } from './column-types.ts';

interface AdminConsentTable {
  id: string;
  templateId: TemplateId;
  organizationId: OrganizationId;
  email: string;
  tokenHash: Buffer;
  askedBy: string | null;
  askedByName: string;
  madeAt: Date;
  sentAt: Date | null;
  expiresAt: Date;
  openedAt: Date | null;
  stateHash: Buffer | null;
  browserHash: Buffer | null;
  requestedAt: Date | null;
  directoryId: string | null;
  consentedAt: Date | null;
  trialId: TrialId | null;
  proofBrowserHash: Buffer | null;
  testedAt: Date | null;
  testedBy: string | null;
  failure: string | null;
  failureValues: DefaultedJson;
  failedAt: Date | null;
  turnedOnAt: Date | null;
  askedByKind: 'user' | 'api-token' | 'operator' | null;
}

interface ConnectionTable {
  id: ConnectionId;
  organizationId: OrganizationId;
  method: FederatedMethod;
  state: 'draft' | 'unconfirmed' | 'active' | 'previous';
  version: Generated<number>;
  clientId: string | null;
  issuer: string;
  directoryId: string | null;
  credential: 'none' | 'secret' | 'private-key' | 'certificate' | 'federated';
  sealedClientSecret: Buffer | null;
  clientSecretSetAt: Date | null;
  flow: 'id-token' | 'code' | null;
  redirectUri: string;
  metadata: Json | null;
  metadataReadAt: Date | null;
  keys: Json | null;
  keysReadAt: Date | null;
  configuredBy: UserId | null;
  configuredAt: Date;
  confirmedAt: Date | null;
  unconfirmedUntil: Date | null;
  previousUntil: Date | null;
  endsSessionsAt: Date | null;
  lastSuccessAt: Date | null;
  failingSince: Date | null;
  lastFailure: string | null;
  settings: Json;
  lastFailureAt: Date | null;
  revertedAt: Date | null;
  unreturned: Generated<number>;
  unreturnedSince: Date | null;
  lastFailureValues: Json | null;
  authTime: 'stated' | 'missing' | null;
  credentialExpiresAt: Date | null;
  heldSince: Date | null;
  hold: Json | null;
  templateId: TemplateId | null;
  roleRules: DefaultedJson;
  providerLogout: Generated<boolean>;
  pilotPercent: number | null;
  pilotUserIds: UserId[] | null;
  clientKeySetId: ClientKeySetId | null;
}

interface ConnectionTemplateTable {
  id: TemplateId;
  organizationId: OrganizationId;
  method: FederatedMethod;
  name: string;
  clientId: string;
  cloud: string;
  credential: 'none' | 'secret';
  sealedClientSecret: Buffer | null;
  clientSecretSetAt: Date | null;
  credentialExpiresAt: Date | null;
  version: Generated<number>;
  createdBy: UserId | null;
  createdAt: Date;
}

interface ConnectionTransactionTable {
  stateHash: Buffer;
  loginId: LoginId;
  organizationId: OrganizationId;
  connectionId: ConnectionId;
  connectionVersion: number;
  issuer: string;
  redirectUri: string;
  nonce: string | null;
  sealedCodeVerifier: Buffer | null;
  browserHash: Buffer;
  maxAge: number | null;
  createdAt: Date;
  expiresAt: Date;
  sealedState: Buffer | null;
  receivedAt: Date | null;
  loginOrganizationId: OrganizationId | null;
}

interface CredentialWarningTable {
  holderId: string;
  expiresAt: Date;
  days: number;
  organizationId: OrganizationId;
  sentAt: Date;
}

interface IdentityTable {
  id: string;
  connectionId: ConnectionId;
  organizationId: OrganizationId;
  userId: UserId;
  issuer: string;
  directoryId: Generated<string>;
  subject: string;
  boundBy: 'invitation' | 'proven-address' | 'mailed-code' | 'administrator' | 'just-in-time';
  addressAtBinding: string | null;
  boundAt: Date;
  lastSeenAt: Date;
  statedAddress: string | null;
  statedValues: Json | null;
}

interface IdentityConflictTable {
  id: ConflictId;
  organizationId: OrganizationId;
  userId: UserId;
  connectionId: ConnectionId;
  issuer: string;
  directoryId: Generated<string>;
  subject: string;
  name: string | null;
  address: string | null;
  reference: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
}

interface LogoutTokenTable {
  connectionId: ConnectionId;
  jtiHash: Buffer;
  expiresAt: Date;
}

interface ProviderReadingTable {
  connectionId: ConnectionId;
  organizationId: OrganizationId;
  version: number;
  askedAt: Date;
  unknownKeyAt: Date | null;
  answeredAt: Date | null;
  readAt: Date | null;
  fault: string | null;
  faultValues: Json | null;
}

interface SetupInvitationTable {
  id: SetupInvitationId;
  organizationId: OrganizationId;
  email: string;
  tokenHash: Buffer;
  reminderTokenHash: Buffer | null;
  invitedBy: UserId | null;
  invitedByName: string;
  createdAt: Date;
  expiresAt: Date;
  remindedAt: Date | null;
  openedAt: Date | null;
  step: 'provider' | 'domain' | 'guide' | 'values' | 'test' | 'hand-over' | null;
  provider: string | null;
  credential: 'none' | 'secret' | 'certificate' | 'private-key' | null;
  domain: string | null;
  entered: Json | null;
  connectionId: ConnectionId | null;
  basis: Json | null;
  notes: DefaultedJson;
  checkedAt: Date | null;
  trialId: TrialId | null;
  testResult: 'passed' | 'failed' | null;
  testedAt: Date | null;
  handedOverAt: Date | null;
  handedOverFrom: string | null;
  turnedOnAt: Date | null;
  discardedAt: Date | null;
  revokedAt: Date | null;
  clientKeySetId: ClientKeySetId | null;
  nextSecretAt: Date | null;
  secretInUseAt: Date | null;
}

interface SetupVisitTable {
  id: string;
  setupInvitationId: SetupInvitationId;
  organizationId: OrganizationId;
  browserHash: Buffer;
  codeMac: Buffer | null;
  codeExpiresAt: Date | null;
  attempts: Generated<number>;
  provenUntil: Date | null;
  createdAt: Date;
}

interface TrialTable {
  id: TrialId;
  organizationId: OrganizationId;
  method: FederatedMethod;
  issuer: string;
  redirectUri: string;
  sealedSettings: Buffer;
  inForce: boolean;
  begunByKind: 'user' | 'operator' | 'api-token' | 'service' | 'stranger';
  begunById: string | null;
  begunByName: string | null;
  returnTo: string | null;
  begunAt: Date;
  expiresAt: Date;
  clientSecretId: string | null;
}

interface TrialRunTable {
  id: string;
  trialId: TrialId;
  organizationId: OrganizationId;
  linkHash: Buffer;
  recipient: string | null;
  createdAt: Date;
  expiresAt: Date;
  stateHash: Buffer | null;
  browserHash: Buffer | null;
  sealedState: Buffer | null;
  sentAt: Date | null;
  receivedAt: Date | null;
  result: Json | null;
  finishedAt: Date | null;
}

/** What each column means stands in the migrations. */
export interface ConnectionsTables {
  adminConsent: AdminConsentTable;
  connection: ConnectionTable;
  connectionTemplate: ConnectionTemplateTable;
  connectionTransaction: ConnectionTransactionTable;
  credentialWarning: CredentialWarningTable;
  identity: IdentityTable;
  identityConflict: IdentityConflictTable;
  logoutToken: LogoutTokenTable;
  providerReading: ProviderReadingTable;
  setupInvitation: SetupInvitationTable;
  setupVisit: SetupVisitTable;
  trial: TrialTable;
  trialRun: TrialRunTable;
}
