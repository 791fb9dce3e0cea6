import type { AuthorizationCode, Client } from 'oidc-provider';
import { readId } from '../../base/ids.ts';
import { sameDigest, sha256 } from '../../base/random.ts';
import { markLogin } from '../requests/record-refused-requests.ts';
import { claimsOf, refusalOf } from '../claims.ts';
import { isOriginOf } from '../provider.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import type { DirectAnswer, DirectDeps, DirectRequest } from './direct-request.ts';
import { isPlain } from './plain-client.ts';
import { readRedemption } from './plain-request.ts';
import type { PlainRedemption } from './plain-request.ts';

const GTY = 'authorization_code';

/**
 * Answers a token request (OpenID Connect Core 3.1.3) with a code of {@link authorizeDirectly} or one like it: live, of this
 * client, for this redirect URI and verifier, its user still allowed to use the application. Null for any other; then
 * nothing was collected but that a client secret was used.
 */
export async function redeemDirectly(
  { provider, memory }: DirectDeps,
  request: DirectRequest,
): Promise<DirectAnswer | null> {
  const asked = readRedemption(request);
  if (asked === null || readId('app', asked.clientId) === undefined) return null;
  const client = await provider.Client.find(asked.clientId);
  const { origin } = request.raw.headers;
  if (client === undefined || !isPlain(client)) return null;
  if (origin !== undefined && !isOriginOf(client, origin)) return null;
  if (!(await isAuthenticated(client, asked.secret))) return null;

  // Ends with its session, as the library checks.
  const code = await provider.AuthorizationCode.find(asked.code, { ignoreExpiration: true });
  const work = UnitOfWork.current();
  const presented = work.presentedToken();
  if (code === undefined || presented === null || !code.isValid) return null;
  if (code.clientId !== client.clientId || !isFor(code, asked) || !isPlainCode(code)) return null;
  const { accountId = '', scope = '', grantId = '' } = code;
  const userId = readId('usr', accountId);
  if (userId === undefined) return null;
  const access = await work.access(userId, client.clientId, presented.organizationInScopeId);
  if (access === null || refusalOf(access, client.clientId, work.now) !== null) return null;

  // From here on nothing is left to the library.
  work.issueFor(access);
  await code.consume();
  const { expiresWithSession, nonce, sessionUid, sid, acr, amr, authTime } = code;
  const common = { accountId, client, expiresWithSession, grantId, gty: GTY, scope, sessionUid, sid };
  const token = new provider.AccessToken(common);
  const accessToken = await token.save();
  const isRefreshed = client.grantTypeAllowed('refresh_token');
  const refreshToken = isRefreshed
    ? await new provider.RefreshToken({ ...common, acr, amr, authTime, nonce, rotations: 0 }).save()
    : undefined;
  const told = { ...claimsOf(access, client, scope.split(' ')), sub: accountId, acr, amr, auth_time: authTime };
  const idToken = new provider.IdToken(told, { client });
  Object.assign(idToken, { scope, mask: {}, rejected: [] });
  idToken.set('nonce', nonce);
  idToken.set('sid', sid);
  const signed = await idToken.issue({ use: 'idtoken' });
  markLogin(memory, client);
  return {
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      vary: 'Origin',
      'access-control-allow-origin': origin ?? '*',
      'access-control-expose-headers': 'WWW-Authenticate',
    },
    body: JSON.stringify({
      access_token: accessToken,
      expires_in: token.expiration,
      id_token: signed,
      refresh_token: refreshToken,
      scope,
      token_type: 'Bearer',
    }),
  };
}

/** Whether the client proved who it is, in the way it is registered for; a public one proves nothing. */
async function isAuthenticated(client: Client, secret: string | null): Promise<boolean> {
  if (client.clientAuthMethod === 'none') return secret === null;
  return secret !== null && (await client.compareClientSecret(secret));
}

/** Whether a code was issued for this redirect URI and to whoever holds this verifier (RFC 7636 4.6). */
function isFor(
  { redirectUri, codeChallenge, codeChallengeMethod }: AuthorizationCode,
  asked: PlainRedemption,
): boolean {
  if (redirectUri !== asked.redirectUri || codeChallenge === undefined || codeChallengeMethod !== 'S256') return false;
  const expected = sha256(asked.verifier).toString('base64url');
  return sameDigest(Buffer.from(codeChallenge), Buffer.from(expected));
}

/** Whether nothing more was asked for when a code was issued: no API, no single claims, no key that tokens are bound to. */
function isPlainCode(code: AuthorizationCode): boolean {
  const { resource, claims, dpopJkt, rar, scopes } = code;
  const more = [resource, claims, dpopJkt, rar, code['attestationJkt']];
  return scopes.has('openid') && more.every((one) => one === undefined);
}
