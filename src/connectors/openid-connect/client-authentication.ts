import * as client from 'openid-client';
import type { Finding } from '../explanation-codes.ts';
import { foundValue } from '../found-value.ts';
import type { ProviderMetadata } from './documents/metadata.ts';
import { CLIENT_AUTHENTICATIONS } from './settings.ts';
import type { ClientAuthentication, ProviderSettings } from './settings.ts';
import { signedAuthentication } from './client-assertion.ts';

/**
 * The ways a provider takes a client secret, the first to be tried first. Absent means `client_secret_basic` (OpenID Connect
 * Discovery 3), which says little: then the other way is tried after it. In the body there is one way to encode a secret;
 * for Basic some providers decode once too few (RFC 6749 2.3.1). So that comes first where both are announced.
 */
export function announcedAuthentications(metadata: ProviderMetadata): ClientAuthentication[] {
  const announced = metadata.token_endpoint_auth_methods_supported;
  if (announced === undefined) return [...CLIENT_AUTHENTICATIONS];
  return CLIENT_AUTHENTICATIONS.toReversed().filter((way) => announced.includes(way));
}

/** A provider that takes no client secret in a way we have. */
export function findNoCommonWay(metadata: ProviderMetadata): Finding | null {
  if (announcedAuthentications(metadata).length > 0) return null;
  const found = foundValue(metadata.token_endpoint_auth_methods_supported);
  return { fault: 'discovery.no-client-authentication', values: { found } };
}

/** How a connection sends its client secret: as chosen, as logins found out, or the way to try first. */
export function authenticationOf({
  clientAuthentication,
  learned,
  metadata,
}: Pick<ProviderSettings, 'clientAuthentication' | 'learned' | 'metadata'>): ClientAuthentication {
  const [first = 'client_secret_basic'] = announcedAuthentications(metadata);
  return clientAuthentication ?? learned?.clientAuthentication ?? first;
}

/** Client authentication for the library. */
export function authenticate(settings: ProviderSettings): client.ClientAuth {
  if (settings.clientKey !== undefined) {
    // The library's type returns nothing, but it waits for what comes.
    // oxlint-disable-next-line typescript/no-misused-promises
    return signedAuthentication(settings, settings.clientKey);
  }
  if (settings.clientSecret === null) return client.None();
  return authenticationOf(settings) === 'client_secret_post'
    ? client.ClientSecretPost(settings.clientSecret)
    : basicAuthentication(settings.clientSecret);
}

/**
 * `client_secret_basic` (RFC 6749 2.3.1) that providers understand whether they decode or not, as far as that can be: letters,
 * digits and `-`, `_`, `.`, `~` stand for themselves, which openid-client encodes, too, and a blank is `%20`, never `+`.
 */
function basicAuthentication(clientSecret: string): client.ClientAuth {
  return (_server, { client_id: clientId }, _body, headers) => {
    const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
  };
}
