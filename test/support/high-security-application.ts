import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey } from 'jose';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeApplication } from './fixtures.ts';
import { authorizeUrl, VERIFIER } from './relying-application.ts';
import type { RelyingApplication, TokenAnswer } from './relying-application.ts';
import type { TestService } from './start-service.ts';

type Claims = Record<string, unknown> & { alg?: string; key?: CryptoKey };

/** What one request replaces: of the client assertion, of the DPoP proof, of the form. Null sends none. */
export interface Bent {
  assertion?: Claims | null;
  proof?: Claims | null;
  form?: Record<string, string | undefined>;
  headers?: Record<string, string>;
}

/** A high-security application that speaks by hand, so that each part may be bent. */
export interface HighSecurityApplication extends RelyingApplication {
  /** The private key of its client assertions (ES256). */
  key: CryptoKey;
  assertion(bent?: Bent['assertion']): Promise<string>;
  proof(method: string, path: string, bent?: Bent['proof'], accessToken?: string): Promise<string>;
  /** Pushes an authorization request. */
  push(more?: Record<string, string | undefined>, bent?: Bent): Promise<TokenAnswer>;
  /** The address of an authorization request that was pushed. */
  begin(more?: Record<string, string | undefined>): Promise<URL>;
  token(form: Record<string, string>, bent?: Bent): Promise<TokenAnswer>;
  redeem(code: string, bent?: Bent): Promise<TokenAnswer>;
  refresh(token: string, bent?: Bent): Promise<TokenAnswer>;
  userinfo(accessToken: string, bent?: Bent): Promise<TokenAnswer>;
}

/** A key pair of its own and its public part, for a JWKS. */
export async function makeKey(algorithm: string): Promise<{ key: CryptoKey; jwk: Record<string, unknown> }> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { key: privateKey, jwk: { ...(await exportJWK(publicKey)) } };
}

/** Registers a high-security application; `keys` are registered beside its own. */
export async function makeHighSecurityApplication(
  service: TestService,
  owner: Organization,
  settings: Record<string, unknown> = {},
  keys: Record<string, unknown>[] = [],
): Promise<HighSecurityApplication> {
  const { key, jwk } = await makeKey('ES256');
  const { application } = await makeApplication(service, owner, {
    highSecurity: true,
    redirectUris: ['https://bank.example/back'],
    jwks: { keys: [jwk, ...keys] },
    ...settings,
  });
  const {
    clientId,
    redirectUris: [redirectUri = ''],
  } = application;
  const possession = await makeKey('ES256');
  const now = (): number => Math.floor(Date.now() / 1000);

  const assertion: HighSecurityApplication['assertion'] = async (bent = {}) => {
    const { alg = 'ES256', key: other = key, ...claims } = bent ?? {};
    const said = { iss: clientId, sub: clientId, aud: service.url, jti: randomUUID(), iat: now(), exp: now() + 60 };
    return new SignJWT({ ...said, ...claims }).setProtectedHeader({ alg }).sign(other);
  };
  const proof: HighSecurityApplication['proof'] = async (method, path, bent = {}, accessToken) => {
    const { alg = 'ES256', key: other, ...claims } = bent ?? {};
    const held = other ?? possession.key;
    const { d: _, ...jwk } = await exportJWK(held);
    const ath = accessToken === undefined ? {} : { ath: createHash('sha256').update(accessToken).digest('base64url') };
    const said = { jti: randomUUID(), htm: method, htu: service.url + path, iat: now(), ...ath };
    return new SignJWT({ ...said, ...claims }).setProtectedHeader({ alg, typ: 'dpop+jwt', jwk }).sign(held);
  };
  const ask = async (path: string, form: Record<string, string | undefined>, bent: Bent): Promise<TokenAnswer> => {
    const fields = {
      ...form,
      ...(bent.assertion === null
        ? {}
        : {
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: await assertion(bent.assertion),
          }),
      ...bent.form,
    };
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) body.set(name, value);
    const dpop = bent.proof === null ? undefined : await proof('POST', path, bent.proof);
    const headers = { ...(dpop === undefined ? {} : { dpop }), ...bent.headers };
    const answer = await fetch(service.url + path, { method: 'POST', headers, body });
    return { status: answer.status, body: (await answer.json()) as TokenAnswer['body'] };
  };
  const application_: HighSecurityApplication = {
    clientId,
    clientSecret: null,
    redirectUri,
    key,
    assertion,
    proof,
    push: async (more = {}, bent = { proof: null }) => {
      const { searchParams } = authorizeUrl(service, application_, more);
      return ask('/oauth2/par', Object.fromEntries(searchParams), bent);
    },
    begin: async (more) => {
      const { status, body } = await application_.push(more);
      if (status !== 201) throw new Error(`the request was not taken: ${JSON.stringify(body)}`);
      const url = new URL('/oauth2/authorize', service.url);
      url.search = new URLSearchParams({ client_id: clientId, request_uri: String(body['request_uri']) }).toString();
      return url;
    },
    token: async (form, bent = {}) => ask('/oauth2/token', form, bent),
    redeem: async (code, bent = {}) =>
      ask(
        '/oauth2/token',
        { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: VERIFIER },
        bent,
      ),
    refresh: async (token, bent = {}) =>
      ask('/oauth2/token', { grant_type: 'refresh_token', refresh_token: token }, bent),
    userinfo: async (accessToken, bent = {}) => {
      const path = '/oauth2/userinfo';
      const dpop = bent.proof === null ? undefined : await proof('GET', path, bent.proof, accessToken);
      const scheme = dpop === undefined ? 'Bearer' : 'DPoP';
      const headers = { authorization: `${scheme} ${accessToken}`, ...(dpop === undefined ? {} : { dpop }) };
      const answer = await fetch(service.url + path, { headers: { ...headers, ...bent.headers } });
      return { status: answer.status, body: (await answer.json()) as TokenAnswer['body'] };
    },
  };
  return application_;
}
