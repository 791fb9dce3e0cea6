import type { Generated } from 'kysely';
import type { ApplicationId, ConnectionId, LoginId, OrganizationId, SessionId, UserId } from '../base/ids.ts';
import type { DefaultedJson, Json } from './column-types.ts';

interface ApplicationTable {
  id: ApplicationId;
  organization_id: OrganizationId;
  client_id: string;
  name: string;
  kind: 'web' | 'browser' | 'native';
  first_party: Generated<boolean>;
  redirect_uris: string[];
  post_logout_redirect_uris: Generated<string[]>;
  initiate_login_uri: string | null;
  backchannel_logout_uri: string | null;
  client_authentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';
  client_secret_hash: Buffer | null;
  client_keys: Json | null;
  signing_algorithm: Generated<'ES256' | 'RS256'>;
  refresh_tokens: Generated<boolean>;
  offline: Generated<boolean>;
  unproven_addresses: Generated<boolean>;
  without_pkce: Generated<boolean>;
  rotate_refresh_tokens: Generated<boolean>;
  version: Generated<number>;
  created_at: Date;
}

interface ApplicationAccessTable {
  application_id: ApplicationId;
  organization_id: OrganizationId;
  created_at: Date;
}

interface ApplicationConsentTable {
  user_id: UserId;
  application_id: ApplicationId;
  organization_id: OrganizationId;
  scope: string;
  granted_at: Date;
}

interface UserApplicationRoleTable {
  user_id: UserId;
  application_id: ApplicationId;
  organization_id: OrganizationId;
  role: string;
  created_at: Date;
}

interface SessionTable {
  id: SessionId;
  cookie_hash: Buffer;
  uid: string;
  user_id: UserId | null;
  organization_id: OrganizationId | null;
  connection_id: ConnectionId | null;
  method: string | null;
  emergency: Generated<boolean>;
  amr: Generated<string[]>;
  auth_time: Date | null;
  factor_at: Date | null;
  logged_in_at: Date | null;
  last_seen_at: Date;
  expires_at: Date;
  idle_expires_at: Date;
  client_ids: Generated<string[]>;
  payload: Json;
}

interface LoginTable {
  id: LoginId;
  handle_hash: Buffer;
  reference: string;
  client_id: string;
  organization_id: OrganizationId | null;
  user_id: UserId | null;
  step: string;
  state: Json;
  request: Json;
  trace: DefaultedJson;
  refusal: string | null;
  version: Generated<number>;
  created_at: Date;
  expires_at: Date;
  ended_at: Date | null;
}

interface OidcCodeTable {
  created_on: string;
  code_hash: Buffer;
  family_id: string;
  client_id: string;
  user_id: UserId;
  organization_in_scope_id: OrganizationId;
  session_uid: string;
  payload: Json;
  expires_at: Date;
  consumed_at: Date | null;
  started_at: Generated<Date>;
}

interface OidcAccessTokenTable {
  created_on: string;
  token_hash: Buffer;
  family_id: string;
  client_id: string;
  user_id: UserId;
  organization_in_scope_id: OrganizationId;
  session_uid: string | null;
  payload: Json;
  expires_at: Date;
  started_at: Generated<Date>;
}

interface OidcRefreshTokenTable {
  created_on: string;
  token_hash: Buffer;
  family_id: string;
  client_id: string;
  user_id: UserId;
  organization_in_scope_id: OrganizationId;
  session_uid: string | null;
  payload: Json;
  expires_at: Date;
  consumed_at: Date | null;
  started_at: Generated<Date>;
}

interface OidcEndedTable {
  subject_id: string;
  started_before: Date;
  ended_at: Date;
}

interface OidcRecordTable {
  kind: string;
  id_hash: Buffer;
  payload: Json;
  expires_at: Date;
  consumed_at: Date | null;
}

/** What each column means stands in the migrations. */
export interface ApplicationsTables {
  application: ApplicationTable;
  application_access: ApplicationAccessTable;
  application_consent: ApplicationConsentTable;
  user_application_role: UserApplicationRoleTable;
  session: SessionTable;
  login: LoginTable;
  oidc_code: OidcCodeTable;
  oidc_access_token: OidcAccessTokenTable;
  oidc_refresh_token: OidcRefreshTokenTable;
  oidc_ended: OidcEndedTable;
  oidc_record: OidcRecordTable;
}
