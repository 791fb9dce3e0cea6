import { importJWK } from 'jose';
import type { JWK } from 'jose';
import * as client from 'openid-client';
import type { ClientKey } from '../connector.ts';
import { federatedAudience } from '../federated-audience.ts';
import type { Finding } from '../explanation-codes.ts';
import { foundValue } from '../found-value.ts';
import type { ProviderMetadata } from './documents/metadata.ts';
import type { ProviderSettings } from './settings.ts';

/** What our keys sign, the one tried first where a provider states none (RFC 7518 3.1). */
const ALGORITHMS = ['RS256', 'PS256', 'ES256'] as const;
type Algorithm = (typeof ALGORITHMS)[number];
/** What Entra ID takes. */
const FIXED = { certificate: 'PS256', federated: 'RS256' } as const;

/** A provider that takes no signed client assertion, or none in an algorithm of ours. */
export function findNoKeyWay(metadata: ProviderMetadata): Finding | null {
  const ways = metadata.token_endpoint_auth_methods_supported;
  const announced = ways === undefined || ways.includes('private_key_jwt');
  if (announced && algorithmOf(metadata) !== undefined) return null;
  const found = announced ? metadata.token_endpoint_auth_signing_alg_values_supported : ways;
  return { fault: 'discovery.no-private-key', values: { found: foundValue(found) } };
}

/** The algorithm to sign with: the first of ours that the provider states; undefined when it states others alone. */
function algorithmOf({
  token_endpoint_auth_signing_alg_values_supported: stated,
}: ProviderMetadata): Algorithm | undefined {
  return stated === undefined ? ALGORITHMS[0] : ALGORITHMS.find((one) => stated.includes(one));
}

/** As the library calls it: its type returns nothing, but it waits for what comes. */
export type AwaitedClientAuth = (...given: Parameters<client.ClientAuth>) => Promise<void>;

/**
 * Client authentication by a signed assertion (RFC 7523 2.2): for one minute, with a `jti` of its own, made by the library.
 *
 * - `private-key`: `private_key_jwt`, `aud` is the issuer
 * - `certificate`: as Entra ID documents it: PS256, `x5t#S256`, `aud` is the token endpoint
 * - `federated`: issued by us for the audience of the exchange, which the directory trusts by issuer and subject
 */
export function signedAuthentication({ metadata, issuer }: ProviderSettings, key: ClientKey): AwaitedClientAuth {
  return async (server, registered, body, headers) => {
    const algorithm = key.credential === 'private-key' ? algorithmOf(metadata) : FIXED[key.credential];
    const jwk = key.keys.find(({ kty }) => kty === (algorithm === 'ES256' ? 'EC' : 'RSA'));
    if (algorithm === undefined || jwk === undefined) throw new Error('no key of ours for what the provider states');
    const named = jwk.kid === undefined ? {} : { kid: jwk.kid };
    const authentication = client.PrivateKeyJwt(
      { key: await importKey(jwk, algorithm), ...named },
      {
        [client.modifyAssertion]: (header, payload) => {
          if (key.credential === 'private-key') return;
          header['typ'] = 'JWT';
          if (key.credential === 'certificate') {
            header['x5t#S256'] = key.thumbprint;
            payload['aud'] = metadata.token_endpoint;
          } else {
            Object.assign(payload, { iss: key.issuer, sub: key.subject, aud: federatedAudience(issuer) });
          }
        },
      },
    );
    await (authentication as AwaitedClientAuth)(server, registered, body, headers);
  };
}

async function importKey(jwk: JWK, algorithm: Algorithm): Promise<client.CryptoKey> {
  const imported = await importJWK({ ...jwk, alg: algorithm }, algorithm);
  if (imported instanceof Uint8Array) throw new Error('a symmetric key among the keys of a client');
  return imported;
}
