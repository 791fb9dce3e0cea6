import { changedDocument } from '../faults/http-faults.ts';
import { type Exchange, sendJson } from '../small-server.ts';
import { PERSONAL_DIRECTORY } from './keys.ts';
import { errorBody } from './errors.ts';
import { findDirectory, type State } from './state.ts';

/** Segments that stand for many directories; their metadata names the template issuer. */
export const MANY = ['common', 'organizations'];

const CLAIMS =
  'sub iss cloud_instance_name cloud_instance_host_name cloud_graph_host_name msgraph_host aud exp iat auth_time acr ' +
  'nonce preferred_username name tid ver at_hash c_hash email';

/** `GET /{t}/v2.0/.well-known/openid-configuration`: public, for GUIDs, verified domains and the collective names. */
export function sendMetadata(state: State, exchange: Exchange, segment: string): void {
  const document = metadataOf(state, segment);
  if (document === undefined) return sendJson(exchange, 400, errorBody(state, 'invalid_tenant', 90002));
  sendJson(exchange, 200, changedDocument(document, state.faults.http, 'metadata'));
}

/** `GET /{t}/.well-known/openid-configuration`: version 1, which a connection must not mix with version 2. */
export function sendOldMetadata(state: State, exchange: Exchange, segment: string): void {
  const document = metadataOf(state, segment);
  const directory = findDirectory(state, segment);
  if (document === undefined || directory === undefined) {
    return sendJson(exchange, 400, errorBody(state, 'invalid_tenant', 90002));
  }
  const base = `${state.origin}/${directory.id}`;
  sendJson(exchange, 200, {
    ...document,
    issuer: `https://sts.windows.net/${directory.id}/`,
    authorization_endpoint: `${base}/oauth2/authorize`,
    token_endpoint: `${base}/oauth2/token`,
    jwks_uri: `${state.origin}/common/discovery/keys`,
  });
}

export function sendKeys(state: State, exchange: Exchange): void {
  sendJson(exchange, 200, changedDocument(state.keys.published(state.origin), state.faults.http, 'keys'));
}

function metadataOf(state: State, segment: string): Record<string, unknown> | undefined {
  const { origin } = state;
  const isCollective = MANY.includes(segment);
  const path = segment === 'consumers' ? PERSONAL_DIRECTORY : (findDirectory(state, segment)?.id ?? segment);
  if (!isCollective && segment !== 'consumers' && findDirectory(state, segment) === undefined) return undefined;
  const base = `${origin}/${path}`;
  // Neither code_challenge_methods_supported nor authorization_response_iss_parameter_supported: so it is at Microsoft.
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${origin}/${isCollective ? '{tenantid}' : path}/v2.0`,
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${origin}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: CLAIMS.split(' '),
    kerberos_endpoint: `${base}/kerberos`,
    tenant_region_scope: isCollective ? null : 'EU',
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
    rbac_url: 'https://pas.windows.net',
  };
}
