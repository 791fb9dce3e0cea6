import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as jose from 'jose';
import { systemClock } from '../../src/base/clock.ts';
import { federatedMethod } from '../../src/base/federated-method.ts';
import type {
  AuthorizationRequest,
  Callback,
  Claims,
  Proof,
  StoredConnection,
} from '../../src/connectors/connector.ts';
import { createConnectors } from '../../src/connectors/create-connectors.ts';
import { createGuardedFetch } from '../../src/connectors/outgoing/guarded-fetch.ts';
import { checkKeys } from '../../src/connectors/openid-connect/documents/keys.ts';
import type { ProviderKeys } from '../../src/connectors/openid-connect/documents/keys.ts';
import { DEFAULT_SCOPE } from '../../src/connectors/openid-connect/settings.ts';
import type { Flow, ProviderSettings, RequestState } from '../../src/connectors/openid-connect/settings.ts';
import { ProviderFailure } from '../../src/connectors/provider-failure.ts';

type Method = 'entra-id' | 'openid-connect';
type Given = ProviderSettings & { directoryId?: string };
type GivenCallback = Partial<Callback<RequestState>> & { parameters: URLSearchParams };

/** Endpoints that say whatever a test wants, in this process, for the connectors alone. */
export interface SayingProvider {
  origin: string;
  /** What its endpoints answer; a test changes it, {@link SayingProvider.reset} heals. */
  answers: {
    idToken: string;
    tokenStatus: number;
    /** Sent as JSON; a text as it is. */
    tokenBody: unknown;
    tokenHeaders: Record<string, string>;
    keys: unknown;
    userInfo: object;
    /** In place of `userInfo`: a signed answer. */
    userInfoToken: string | undefined;
    userInfoStatus: number;
  };
  /** Paths asked since the reset. */
  asked: string[];
  /** The Authorization headers of the token requests among them. */
  authorizations: string[];
  clock: { at: Date };
  now: Date;
  keys: ProviderKeys;
  stranger: jose.GenerateKeyPairResult;
  begin(method: Method, settings: Given, request: AuthorizationRequest): Promise<{ url: URL; state: unknown }>;
  /** What the connector of a method makes of a callback. */
  finish(method: Method, settings: Given, callback: GivenCallback): Promise<Proof>;
  reset(): void;
  settings(flow: Flow, change?: Partial<ProviderSettings>): ProviderSettings;
  /** Claims of a good ID token. */
  plain(): Record<string, unknown>;
  sign(
    claims: Record<string, unknown>,
    header?: Partial<jose.JWTHeaderParameters>,
    signer?: jose.CryptoKey | Uint8Array,
  ): Promise<string>;
  close(): Promise<void>;
}

const NONCE = 'nonce-of-this-login';

export async function startSayingProvider(): Promise<SayingProvider> {
  const now = systemClock.now();
  const epoch = Math.floor(now.getTime() / 1000);
  const clock = { at: now };
  const answers: SayingProvider['answers'] = {
    idToken: '',
    tokenStatus: 200,
    tokenBody: undefined,
    tokenHeaders: {},
    keys: {},
    userInfo: {},
    userInfoToken: undefined,
    userInfoStatus: 200,
  };
  const asked: string[] = [];
  const authorizations: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (path === '/token') authorizations.push(request.headers.authorization ?? '');
    response.setHeader('content-type', 'application/json');
    if (path === '/keys') response.end(JSON.stringify(answers.keys));
    else if (path === '/userinfo') {
      const { userInfoToken: token, userInfoStatus: status } = answers;
      response.writeHead(status, token === undefined ? {} : { 'content-type': 'application/jwt' });
      response.end(token ?? JSON.stringify(answers.userInfo));
    } else {
      const body = answers.tokenBody ?? { access_token: 'at', token_type: 'Bearer', id_token: answers.idToken };
      response.writeHead(answers.tokenStatus, answers.tokenHeaders);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetch = createGuardedFetch({ allowedHosts: ['127.0.0.1'] });
  const key = await jose.generateKeyPair('RS256', { extractable: true });
  const stranger = await jose.generateKeyPair('RS256', { extractable: true });
  const keys = checkKeys({ keys: [{ ...(await jose.exportJWK(key.publicKey)), kid: 'one' }] }) as ProviderKeys;
  const create = () =>
    createConnectors({
      fetch,
      clock: { now: () => clock.at },
      entraAuthority: origin,
      ownIssuer: 'https://gatehouse.example',
    });
  let connectors = create();
  const connectorOf = (method: Method) => connectors.get(federatedMethod(method))!;
  const toStored = ({ issuer, redirectUri, clientSecret, ...settings }: Given): StoredConnection<unknown> => ({
    issuer,
    redirectUri,
    clientSecret,
    settings: { ...settings, discoveryUrl: issuer },
  });
  return {
    origin,
    answers,
    asked,
    authorizations,
    clock,
    now,
    keys,
    stranger,
    begin: async (method, settings, request) => connectorOf(method).begin(toStored(settings), request),
    finish: async (method, settings, callback) =>
      connectorOf(method).finish(toStored(settings), {
        state: { nonce: NONCE, codeVerifier: 'v'.repeat(43), scope: DEFAULT_SCOPE, prompt: null, adapted: {} },
        isBound: async () => false,
        hadSuccess: false,
        maxAge: null,
        startedAt: now,
        posted: settings.flow === 'id-token',
        readAgain: async () => {
          const answer = await fetch(`${origin}/keys`);
          const read = checkKeys(await answer.json());
          return { ...settings, keys: 'fault' in read ? settings.keys : read };
        },
        ...callback,
      }),
    reset() {
      asked.length = 0;
      authorizations.length = 0;
      clock.at = now;
      Object.assign(answers, {
        idToken: '',
        tokenStatus: 200,
        tokenBody: undefined,
        tokenHeaders: {},
        keys,
        userInfo: {},
        userInfoToken: undefined,
        userInfoStatus: 200,
      });
      connectors = create();
    },
    settings: (flow, change = {}) => ({
      issuer: origin,
      clientId: 'gatehouse',
      clientSecret: flow === 'code' ? 'secret' : null,
      flow,
      redirectUri: 'https://gatehouse.example/login/callback',
      metadata: {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        userinfo_endpoint: `${origin}/userinfo`,
        jwks_uri: `${origin}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
      },
      keys,
      keysReadAt: now,
      ...change,
    }),
    plain: () => ({
      iss: origin,
      aud: 'gatehouse',
      sub: 'maria',
      nonce: NONCE,
      iat: epoch,
      exp: epoch + 300,
      email: 'maria@contoso.example',
      email_verified: true,
    }),
    async sign(claims, header = {}, signer = key.privateKey) {
      const defined = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
      const bytes = new TextEncoder().encode(JSON.stringify(defined));
      return new jose.CompactSign(bytes).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header }).sign(signer);
    },
    async close() {
      await fetch.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A callback with these parameters, for a login that began just now. */
export function callbackWith(
  parameters: Record<string, string>,
  change: Partial<Callback<RequestState>> = {},
): GivenCallback {
  return { parameters: new URLSearchParams({ state: 'state', ...parameters }), ...change };
}

/** The claims that were proved, or the failure. */
export async function outcomeOf(call: Promise<{ claims: Claims }>): Promise<Claims | ProviderFailure> {
  try {
    return (await call).claims;
  } catch (error) {
    if (error instanceof ProviderFailure) return error;
    throw error;
  }
}

export async function categoryOf(call: Promise<{ claims: Claims }>): Promise<string> {
  const result = await outcomeOf(call);
  return result instanceof ProviderFailure ? result.category : 'proved';
}
