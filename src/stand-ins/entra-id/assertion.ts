import { X509Certificate } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, importJWK, importX509, jwtVerify } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import type { App, Directory } from './configuration.ts';
import type { AadstsCode } from './errors.ts';
import { nowSeconds, type State } from './state.ts';

const LONGEST_SECONDS = 3600;

/**
 * Whether a client assertion (RFC 7523 2.2) is of a registered certificate or federated credential; the AADSTS number
 * otherwise. Signature, issuer, subject, audience and times are verified, and no `jti` is taken twice.
 */
export async function checkAssertion(
  state: State,
  directory: Directory,
  app: App,
  assertion: string,
): Promise<AadstsCode | undefined> {
  try {
    const { alg, kid, ...header } = decodeProtectedHeader(assertion);
    const { iss = '' } = decodeJwt(assertion);
    const federated = app.federatedCredentials.find(({ issuer }) => issuer === iss);
    if (iss !== app.clientId && federated === undefined) return 70021;
    const [key, expected] =
      federated === undefined
        ? [await certificateKey(app, header['x5t#S256'], alg), ofCertificate(state, directory, app)]
        : [await publishedKey(federated.issuer, kid), federated];
    if (key === undefined) return federated === undefined ? 700027 : 70021;
    const { payload } = await jwtVerify(assertion, key, {
      ...expected,
      algorithms: federated === undefined ? ['PS256', 'RS256'] : ['RS256'],
      currentDate: new Date(nowSeconds(state) * 1000),
      clockTolerance: 300,
      requiredClaims: ['exp', 'jti', 'sub'],
    });
    const { jti = '', exp = 0 } = payload;
    if (exp - nowSeconds(state) > LONGEST_SECONDS || state.assertions.has(jti)) return 700027;
    state.assertions.add(jti);
    return undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return 700027;
    throw error;
  }
}

function ofCertificate(state: State, directory: Directory, { clientId }: App) {
  const audience = `${state.origin}/${directory.id}/oauth2/v2.0/token`;
  return { issuer: clientId, subject: clientId, audience };
}

async function certificateKey(app: App, thumbprint: unknown, alg = 'PS256'): Promise<CryptoKey | undefined> {
  const found = app.certificates.find((pem) => {
    const digest = new X509Certificate(pem).fingerprint256.replaceAll(':', '');
    return Buffer.from(digest, 'hex').toString('base64url') === thumbprint;
  });
  return found === undefined ? undefined : importX509(found, alg);
}

/** A key of the issuer's own documents, read as Entra ID reads them. */
async function publishedKey(issuer: string, kid: string | undefined): Promise<CryptoKey | undefined> {
  const document = await readJson(`${issuer}/.well-known/openid-configuration`);
  if (document['issuer'] !== issuer) return undefined;
  const { keys = [] } = (await readJson(String(document['jwks_uri']))) as { keys?: JWK[] };
  const jwk = keys.find((key) => key.kid === kid);
  const key = jwk === undefined ? undefined : await importJWK(jwk, 'RS256');
  return key instanceof Uint8Array ? undefined : key;
}

async function readJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url);
  return response.ok ? ((await response.json()) as Record<string, unknown>) : {};
}
