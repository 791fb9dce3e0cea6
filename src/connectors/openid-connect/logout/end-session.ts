import type { LogoutRequest, LogoutSupport } from '../../connector.ts';
import type { ProviderMetadata } from '../documents/metadata.ts';
import type { CommonSettings } from '../settings.ts';

/**
 * The end session request of a browser (OpenID Connect RP-Initiated Logout 1.0, section 2); null where the provider has no
 * such endpoint. Its address was checked when the discovery document was: https, without user or password.
 * @param parameter what the provider is told of the login by: the ID token, or `logout_hint`
 */
export function endSessionUrl(
  { metadata, clientId }: Pick<CommonSettings, 'metadata' | 'clientId'>,
  parameter: 'id_token_hint' | 'logout_hint',
  { hint, postLogoutRedirectUri, state }: LogoutRequest,
): URL | null {
  const { end_session_endpoint: endpoint } = metadata;
  if (endpoint === undefined) return null;
  const url = new URL(endpoint);
  if (hint !== null) url.searchParams.set(parameter, hint);
  // An ID token names the client; without one the provider compares the redirect URI with those of this client.
  if (hint === null || parameter === 'logout_hint') url.searchParams.set('client_id', clientId);
  url.searchParams.set('post_logout_redirect_uri', postLogoutRedirectUri);
  url.searchParams.set('state', state);
  return url;
}

/** Which kinds of logout a discovery document announces. */
export function logoutSupport(metadata: ProviderMetadata): LogoutSupport {
  const { end_session_endpoint: endpoint } = metadata;
  return {
    endSessionHost: endpoint === undefined ? null : new URL(endpoint).host,
    backChannel: metadata.backchannel_logout_supported ?? null,
    frontChannel: metadata.frontchannel_logout_supported ?? null,
  };
}
