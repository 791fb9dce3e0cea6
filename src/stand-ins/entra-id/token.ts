import { createHash } from 'node:crypto';
import { changedDocument } from '../faults/http-faults.ts';
import { type Exchange, sendJson } from '../small-server.ts';
import { checkAssertion } from './assertion.ts';
import type { App } from './configuration.ts';
import { type AadstsCode, sendTokenError } from './errors.ts';
import { makeIdToken } from './id-token.ts';
import { type AuthorizationCode, findDirectory, nowSeconds, opaqueText, type State } from './state.ts';

const CODE_LIFETIME_SECONDS = 600;
/** RFC 7523 2.2. */
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface Refusal {
  error: string;
  code: AadstsCode;
}

interface Credentials {
  clientId: string;
  secret: string | undefined;
  assertion: string | undefined;
}

/** `POST /{t}/oauth2/v2.0/token`: an authorization code for an ID token, by the rules of the redirect URI's platform. */
export async function token(state: State, exchange: Exchange, segment: string, form: URLSearchParams): Promise<void> {
  const refuse = ({ error, code }: Refusal): void => sendTokenError(state, exchange, error, code);
  const directory = findDirectory(state, segment);
  if (directory === undefined) return refuse({ error: 'invalid_request', code: 90002 });
  if (form.get('grant_type') !== 'authorization_code') return refuse({ error: 'unsupported_grant_type', code: 70003 });
  const credentials = readCredentials(exchange, form);
  const app = state.apps.get(credentials.clientId);
  if (app === undefined) return refuse({ error: 'unauthorized_client', code: 700016 });

  const grant = state.codes.get(form.get('code') ?? '');
  // the platform of the code's redirect URI decides which credential is due; an unknown code counts as web
  const { secret, assertion } = credentials;
  const platform = grant?.platform ?? 'web';
  const wrong =
    assertion === undefined || platform !== 'web' ? undefined : await checkAssertion(state, directory, app, assertion);
  if (wrong !== undefined) return refuse({ error: 'invalid_client', code: wrong });
  const proven = assertion !== undefined && platform === 'web';
  const badCredential = proven ? undefined : checkCredential(state, exchange, app, platform, secret);
  if (badCredential !== undefined) return refuse(badCredential);
  const badGrant = checkGrant(state, grant, { app, directory: directory.id, form });
  if (badGrant !== undefined) return refuse(badGrant);
  if (grant === undefined) return;

  grant.redeemed = true;
  const answer = {
    token_type: 'Bearer',
    scope: grant.scope.join(' '),
    expires_in: 4500,
    ext_expires_in: 4500,
    access_token: opaqueText(9),
    id_token: await makeIdToken(state, grant),
  };
  sendJson(exchange, 200, changedDocument(answer, state.faults.http, 'token'));
}

/** From the `Authorization` header (form-decoded, RFC 6749 section 2.3.1) or the body. */
function readCredentials({ request }: Exchange, form: URLSearchParams): Credentials {
  const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic') {
    return {
      clientId: form.get('client_id')?.toLowerCase() ?? '',
      secret: form.get('client_secret') ?? undefined,
      assertion: form.get('client_assertion_type') === JWT_BEARER ? (form.get('client_assertion') ?? '') : undefined,
    };
  }
  const plain = Buffer.from(encoded, 'base64').toString();
  const colon = plain.indexOf(':');
  const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '));
  const clientId = decode(plain.slice(0, colon)).toLowerCase();
  return { clientId, secret: decode(plain.slice(colon + 1)), assertion: undefined };
}

function checkCredential(
  state: State,
  { request }: Exchange,
  app: App,
  platform: AuthorizationCode['platform'],
  secret: string | undefined,
): Refusal | undefined {
  const error = 'invalid_client';
  if (platform === 'public') return secret === undefined ? undefined : { error, code: 700025 };
  if (platform === 'spa')
    return request.headers.origin === undefined ? { error: 'invalid_request', code: 9002327 } : undefined;
  if (secret === undefined) return { error, code: 7000218 };
  // the secret's id, which people paste in its place, fails like any other wrong value
  const known = app.secrets.find(({ value }) => value === secret);
  if (known === undefined) return { error, code: 7000215 };
  const isExpired = known.expiresAt !== undefined && Date.parse(known.expiresAt) / 1000 < nowSeconds(state);
  return isExpired ? { error, code: 7000222 } : undefined;
}

function checkGrant(
  state: State,
  grant: AuthorizationCode | undefined,
  { app, directory, form }: { app: App; directory: string; form: URLSearchParams },
): Refusal | undefined {
  const error = 'invalid_grant';
  if (grant === undefined || grant.app.clientId !== app.clientId) return { error, code: 70000 };
  if (grant.directory.id !== directory) return { error, code: 700005 };
  if (grant.redeemed) return { error, code: 54005 };
  if (grant.issuedAt + CODE_LIFETIME_SECONDS < nowSeconds(state)) return { error, code: 70008 };
  if (grant.redirectUri !== form.get('redirect_uri')) return { error, code: 500112 };
  return provesChallenge(grant, form.get('code_verifier')) ? undefined : { error, code: 501481 };
}

function provesChallenge({ challenge }: AuthorizationCode, verifier: string | null): boolean {
  if (challenge === undefined) return verifier === null;
  if (verifier === null) return false;
  const hashed = createHash('sha256').update(verifier).digest('base64url');
  return challenge.value === (challenge.method === 'S256' ? hashed : verifier);
}
