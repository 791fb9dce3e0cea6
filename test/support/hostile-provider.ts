import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { exportJWK, type JWTPayload } from 'jose';
import type { z } from 'zod';
import { type Faults, faultsSchema, healthy } from '../../src/stand-ins/faults/faults.ts';
import { answerFaulty, changedDocument } from '../../src/stand-ins/faults/http-faults.ts';
import { type AuthorizationResponse, sendResponse } from '../../src/stand-ins/faults/response-faults.ts';
import { signIdToken, type SigningKey } from '../../src/stand-ins/faults/token-faults.ts';
import {
  type Exchange,
  type JournalEntry,
  journalEntry,
  listen,
  readForm,
  sendJson,
} from '../../src/stand-ins/small-server.ts';

/** What a hostile provider says about whoever comes; any claim may be added. */
export interface ClaimedPerson {
  sub: string;
  email?: string;
  email_verified?: unknown;
  name?: string;
  [claim: string]: unknown;
}

/**
 * A generic OpenID provider that an attacker runs: no login page, it says what it likes. Without faults and with a
 * truthful person it is a proper one, so that each test differs from a login that works by one thing.
 */
export interface HostileProvider {
  issuer: string;
  /** Where it listens, which is not its issuer where something stands in front. */
  origin: string;
  /** Whom the next authorization request or code answers for. */
  person: ClaimedPerson;
  /** The only way a client secret is taken; another one spends the code, as better-auth does. */
  clientAuthentication: 'client_secret_basic' | 'client_secret_post' | undefined;
  /** Every request, token requests with their form: the codes and secrets it harvests. */
  received: JournalEntry[];
  /** Replaces all faults; `{}` makes it honest again. */
  setFaults(faults: z.input<typeof faultsSchema>): void;
  /** A logout token for a client (Back-Channel Logout 1.0, 2.4), bent by the faults; `null` leaves a claim out. */
  makeLogoutToken(clientId: string, claims?: Record<string, unknown>): Promise<string>;
  /** Signs with a new key from now on; the ones before stay published only if asked. The function undoes it. */
  rotateKeys(options?: { keepOld?: boolean }): () => void;
  /** Published beside its own keys. */
  furtherKeys: readonly object[];
  /** Runs when its metadata are read, before they are answered. */
  beforeMetadata: (() => Promise<void>) | undefined;
  /** Runs when a token is asked for, before it is answered. */
  beforeToken: (() => Promise<void>) | undefined;
  /** Drops the requests that it did not answer yet. */
  hangUp(): void;
  /** Holds the next answer with its metadata back: `asked` resolves when they are asked for, `answer` sends them. */
  holdMetadata(): { asked: Promise<void>; answer(): void };
  /** An ID token for a client, bent by the faults: for what no authorization request asked for. */
  makeIdToken(clientId: string, nonce?: string): Promise<string>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Options {
  host?: string;
  /** The public address where it differs from the listening one (behind TLS). */
  issuer?: string;
  /** RFC 9207, announced and sent; default true. */
  statesIssuer?: boolean;
  /** Seconds added to the machine's clock, asked at each token. */
  clockOffset?: () => number;
  person?: ClaimedPerson;
}

interface Issued {
  clientId: string;
  nonce: string | undefined;
  person: ClaimedPerson;
}

function makeKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid: randomBytes(8).toString('hex'), privateKey };
}

/** Starts a hostile provider in this process, on a free port. */
export async function startHostileProvider(options: Options = {}): Promise<HostileProvider> {
  const { statesIssuer = true, clockOffset = () => 0 } = options;
  let keys: readonly [SigningKey, ...SigningKey[]] = [makeKey()];
  let faults: Faults = healthy();
  const codes = new Map<string, Issued>();
  const accessTokens = new Map<string, ClaimedPerson>();

  const server = await listen(route, { host: options.host ?? '127.0.0.3' });
  const issuer = options.issuer ?? server.origin;
  const provider: HostileProvider = {
    issuer,
    origin: server.origin,
    person: options.person ?? {
      sub: 'h-1',
      email: 'mallory@fabrikam-trading.example',
      email_verified: true,
      name: 'Mallory',
    },
    clientAuthentication: undefined,
    received: [],
    setFaults: (input) => {
      faults = faultsSchema.parse(input);
    },
    rotateKeys: ({ keepOld = false } = {}) => {
      const before = keys;
      keys = [makeKey(), ...(keepOld ? before : [])];
      return () => {
        keys = before;
      };
    },
    makeLogoutToken: async (clientId, claims = {}) => {
      const issuedAt = Math.floor(Date.now() / 1000) + clockOffset();
      const payload: JWTPayload = {
        iss: issuer,
        aud: clientId,
        iat: issuedAt,
        exp: issuedAt + 120,
        jti: randomBytes(16).toString('hex'),
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        ...claims,
      };
      const stated = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== null));
      return signIdToken({ payload: stated, key: keys[0], faults: faults.token });
    },
    furtherKeys: [],
    beforeMetadata: undefined,
    beforeToken: undefined,
    hangUp: server.hangUp,
    holdMetadata: () => {
      const asked = Promise.withResolvers<void>();
      const answered = Promise.withResolvers<void>();
      provider.beforeMetadata = async () => {
        provider.beforeMetadata = undefined;
        asked.resolve();
        await answered.promise;
      };
      return { asked: asked.promise, answer: answered.resolve };
    },
    makeIdToken: (clientId, nonce) => idToken({ clientId, nonce, person: provider.person }),
    stop: server.close,
    [Symbol.asyncDispose]: server.close,
  };
  return provider;

  async function route(exchange: Exchange): Promise<void> {
    const form = exchange.method === 'POST' ? await readForm(exchange) : undefined;
    provider.received.push(journalEntry(exchange, form));
    const isFaulty = (endpoint: Parameters<typeof answerFaulty>[2]): Promise<boolean> =>
      answerFaulty(exchange, faults.http, endpoint);
    switch (exchange.url.pathname) {
      case '/.well-known/openid-configuration':
        await provider.beforeMetadata?.();
        if (await isFaulty('metadata')) return;
        return sendJson(exchange, 200, changedDocument(metadata(), faults.http, 'metadata'));
      case '/jwks':
        if (await isFaulty('keys')) return;
        return sendJson(
          exchange,
          200,
          changedDocument({ keys: [...(await publicKeys()), ...provider.furtherKeys] }, faults.http, 'keys'),
        );
      case '/authorize':
        return (await isFaulty('authorize')) ? undefined : authorize(exchange, form ?? exchange.url.searchParams);
      case '/token':
        return (await isFaulty('token')) ? undefined : token(exchange, form ?? new URLSearchParams());
      case '/logout': {
        const back = exchange.url.searchParams;
        const location = new URL(back.get('post_logout_redirect_uri') ?? issuer);
        if (back.has('state')) location.searchParams.set('state', back.get('state')!);
        exchange.response.writeHead(303, { location: location.href }).end();
        return undefined;
      }
      case '/userinfo': {
        if (await isFaulty('userinfo')) return;
        const person = accessTokens.get(exchange.request.headers.authorization?.split(' ')[1] ?? '');
        if (person === undefined) return sendJson(exchange, 401, { error: 'invalid_token' });
        return sendJson(exchange, 200, changedDocument(person, faults.http, 'userinfo'));
      }
      default:
        return sendJson(exchange, 404, { error: 'not_found' });
    }
  }

  function metadata(): Record<string, unknown> {
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/userinfo`,
      end_session_endpoint: `${issuer}/logout`,
      response_types_supported: ['code', 'id_token'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'profile', 'email'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'none'],
      code_challenge_methods_supported: ['S256'],
      ...(statesIssuer ? { authorization_response_iss_parameter_supported: true } : {}),
    };
  }

  async function publicKeys(): Promise<object[]> {
    const toPublic = async ({ kid, privateKey }: SigningKey): Promise<object> => {
      const jwk = await exportJWK(createPublicKey(privateKey));
      return { ...jwk, kid, alg: 'RS256', use: 'sig' };
    };
    return Promise.all(keys.map(toPublic));
  }

  function idToken({ clientId, nonce, person }: Issued): Promise<string> {
    const issuedAt = Math.floor(Date.now() / 1000) + clockOffset();
    const claims = { iss: issuer, aud: clientId, iat: issuedAt, exp: issuedAt + 3600, ...person };
    const payload: JWTPayload = nonce === undefined ? claims : { ...claims, nonce };
    return signIdToken({ payload, key: keys[0], faults: faults.token });
  }

  async function authorize(exchange: Exchange, asked: URLSearchParams): Promise<void> {
    const issued: Issued = {
      clientId: asked.get('client_id') ?? '',
      nonce: asked.get('nonce') ?? undefined,
      person: { ...provider.person },
    };
    const isFrontChannel = asked.get('response_type') === 'id_token';
    const parameters: [string, string][] = [];
    if (isFrontChannel) parameters.push(['id_token', await idToken(issued)]);
    else {
      const code = randomBytes(24).toString('base64url');
      codes.set(code, issued);
      parameters.push(['code', code]);
    }
    const state = asked.get('state');
    if (state !== null) parameters.push(['state', state]);
    if (statesIssuer) parameters.push(['iss', issuer]);
    const wanted = asked.get('response_mode');
    const standard = isFrontChannel ? 'fragment' : 'query';
    const mode: AuthorizationResponse['mode'] =
      wanted === 'form_post' || wanted === 'query' || wanted === 'fragment' ? wanted : standard;
    const response = { redirectUri: asked.get('redirect_uri') ?? '', mode, parameters };
    sendResponse(exchange, asked, response, faults.response);
  }

  async function token(exchange: Exchange, form: URLSearchParams): Promise<void> {
    await provider.beforeToken?.();
    const issued = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const way = form.has('client_secret') ? 'client_secret_post' : 'client_secret_basic';
    if (provider.clientAuthentication !== undefined && way !== provider.clientAuthentication) {
      exchange.response.setHeader('www-authenticate', 'Basic realm="fabrikam-trading"');
      return sendJson(exchange, 401, { error: 'invalid_client' });
    }
    if (issued === undefined) return sendJson(exchange, 400, { error: 'invalid_grant' });
    const accessToken = randomBytes(24).toString('base64url');
    accessTokens.set(accessToken, issued.person);
    const answer = {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 3600,
      id_token: await idToken(issued),
    };
    sendJson(exchange, 200, changedDocument(answer, faults.http, 'token'));
  }
}
