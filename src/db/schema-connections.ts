import type { Generated } from 'kysely';
import type { FederatedMethod } from '../base/federated-method.ts';
import type { ConnectionId, LoginId, OrganizationId, UserId } from '../base/ids.ts';
import type { Json } from './column-types.ts';

interface ConnectionTable {
  id: ConnectionId;
  organization_id: OrganizationId;
  method: FederatedMethod;
  state: 'draft' | 'unconfirmed' | 'active' | 'previous';
  version: Generated<number>;
  issuer: string;
  credential: 'none' | 'secret';
  sealed_client_secret: Buffer | null;
  client_secret_set_at: Date | null;
  redirect_uri: string;
  settings: Json;
  client_id: string | null;
  directory_id: string | null;
  flow: string | null;
  metadata: Json | null;
  metadata_read_at: Date | null;
  keys: Json | null;
  keys_read_at: Date | null;
  configured_by: UserId | null;
  configured_at: Date;
  confirmed_at: Date | null;
  unconfirmed_until: Date | null;
  previous_until: Date | null;
  ends_sessions_at: Date | null;
  last_success_at: Date | null;
  failing_since: Date | null;
  last_failure: string | null;
}

interface ConnectionTransactionTable {
  state_hash: Buffer;
  login_id: LoginId;
  organization_id: OrganizationId;
  connection_id: ConnectionId;
  connection_version: number;
  issuer: string;
  redirect_uri: string;
  nonce: string | null;
  sealed_code_verifier: Buffer | null;
  sealed_state: Buffer | null;
  browser_hash: Buffer;
  max_age: number | null;
  created_at: Date;
  expires_at: Date;
  received_at: Date | null;
}

interface IdentityTable {
  id: string;
  connection_id: ConnectionId;
  organization_id: OrganizationId;
  user_id: UserId;
  issuer: string;
  directory_id: Generated<string>;
  subject: string;
  bound_by: 'invitation' | 'proven-address' | 'mailed-code';
  address_at_binding: string | null;
  bound_at: Date;
  last_seen_at: Date;
}

/** What each column means stands in the migrations. */
export interface ConnectionsTables {
  connection: ConnectionTable;
  connection_transaction: ConnectionTransactionTable;
  identity: IdentityTable;
}
