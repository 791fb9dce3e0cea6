// Generated from the migrated database by `npm run table-types`. Change a migration instead.
import type { ClientKeyId, ClientKeySetId, ConnectionId, OrganizationId } from '../../base/ids.ts';
import type { Json } from './column-types.ts';

interface ClientKeyTable {
  id: ClientKeyId;
  clientKeySetId: ClientKeySetId;
  organizationId: OrganizationId;
  state: 'next' | 'in-use' | 'previous';
  sealedPrivateKeys: Buffer;
  publicKeys: Json;
  certificate: string | null;
  expiresAt: Date | null;
  createdAt: Date;
  changedAt: Date;
}

interface ClientKeySetTable {
  id: ClientKeySetId;
  organizationId: OrganizationId;
  credential: 'private-key' | 'certificate' | 'federated';
  issuer: string | null;
  createdAt: Date;
}

interface ConnectionSecretTable {
  id: string;
  connectionId: ConnectionId;
  organizationId: OrganizationId;
  state: 'next' | 'previous';
  sealedClientSecret: Buffer;
  expiresOn: string | null;
  setAt: Date;
  testedAt: Date | null;
  changedAt: Date;
  clientId: string | null;
}

/** What each column means stands in the migrations. */
export interface CredentialsTables {
  clientKey: ClientKeyTable;
  clientKeySet: ClientKeySetTable;
  connectionSecret: ConnectionSecretTable;
}
