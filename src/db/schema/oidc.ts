// Generated from the migrated database by `npm run table-types`. Change a migration instead.
import type { Generated } from 'kysely';
import type { ConnectionId, LoginId, OrganizationId, SessionId, UserId } from '../../base/ids.ts';
import type { DefaultedJson, Json } from './column-types.ts';

interface FormerSigningKeyTable {
  kid: string;
  algorithm: 'ES256' | 'RS256';
  publicJwk: Json;
  removedAt: Date;
  keptUntil: Date;
}

interface LoginTable {
  id: LoginId;
  handleHash: Buffer;
  reference: string;
  clientId: string;
  organizationId: OrganizationId | null;
  userId: UserId | null;
  step: string;
  state: Json;
  request: Json;
  trace: DefaultedJson;
  refusal: string | null;
  version: Generated<number>;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  typedAddress: Generated<string | null>;
}

interface OidcAccessTokenTable {
  createdOn: string;
  tokenHash: Buffer;
  familyId: string;
  clientId: string;
  userId: UserId;
  organizationInScopeId: OrganizationId;
  sessionUid: string | null;
  payload: Json;
  expiresAt: Date;
  startedAt: Generated<Date>;
}

interface OidcCodeTable {
  createdOn: string;
  codeHash: Buffer;
  familyId: string;
  clientId: string;
  userId: UserId;
  organizationInScopeId: OrganizationId;
  sessionUid: string;
  payload: Json;
  expiresAt: Date;
  consumedAt: Date | null;
  startedAt: Generated<Date>;
}

interface OidcDeviceCodeTable {
  id: string;
  deviceCodeHash: Buffer;
  userCodeMac: Buffer;
  clientId: string;
  payload: Json;
  network: string | null;
  state: Generated<'pending' | 'claimed' | 'approved' | 'refused'>;
  error: string | null;
  userId: UserId | null;
  organizationInScopeId: OrganizationId | null;
  sessionUid: string | null;
  familyId: string | null;
  startedAt: Date | null;
  polledAt: Date | null;
  pollInterval: Generated<number>;
  consumedAt: Date | null;
  createdAt: Date;
  expiresAt: Date;
}

interface OidcEndedTable {
  subjectId: string;
  startedBefore: Date;
  endedAt: Date;
}

interface OidcRecordTable {
  kind: string;
  idHash: Buffer;
  payload: Json;
  expiresAt: Date;
  consumedAt: Date | null;
}

interface OidcRefreshTokenTable {
  createdOn: string;
  tokenHash: Buffer;
  familyId: string;
  clientId: string;
  userId: UserId;
  organizationInScopeId: OrganizationId;
  sessionUid: string | null;
  payload: Json;
  expiresAt: Date;
  consumedAt: Date | null;
  startedAt: Generated<Date>;
  endsAt: Date | null;
}

interface SessionTable {
  id: SessionId;
  cookieHash: Buffer;
  uid: string;
  userId: UserId | null;
  organizationId: OrganizationId | null;
  connectionId: ConnectionId | null;
  method: string | null;
  emergency: Generated<boolean>;
  amr: Generated<string[]>;
  authTime: Date | null;
  factorAt: Date | null;
  loggedInAt: Date | null;
  lastSeenAt: Date;
  expiresAt: Date;
  idleExpiresAt: Date;
  clientIds: Generated<string[]>;
  payload: Json;
  providerSid: string | null;
  providerEndsAt: Date | null;
  logoutHint: Buffer | null;
}

interface SigningKeyTable {
  id: string;
  kid: string;
  algorithm: 'ES256' | 'RS256';
  sealedPrivateJwk: Buffer;
  publicJwk: Json;
  createdAt: Date;
  retiredAt: Date | null;
  state: Generated<'next' | 'signing' | 'old'>;
  changedAt: Date | null;
  changesAt: Date | null;
}

/** What each column means stands in the migrations. */
export interface OidcTables {
  formerSigningKey: FormerSigningKeyTable;
  login: LoginTable;
  oidcAccessToken: OidcAccessTokenTable;
  oidcCode: OidcCodeTable;
  oidcDeviceCode: OidcDeviceCodeTable;
  oidcEnded: OidcEndedTable;
  oidcRecord: OidcRecordTable;
  oidcRefreshToken: OidcRefreshTokenTable;
  session: SessionTable;
  signingKey: SigningKeyTable;
}
