import { readId } from '../../base/ids.ts';
import { refusalOf } from '../claims.ts';
import { grantIdOf, SCOPES, sidOf } from '../grants.ts';
import { SESSION_LIFETIME } from '../lifetimes.ts';
import { sessionCookie } from '../provider.ts';
import { recordEntry } from '../requests/record-entries.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import type { DirectAnswer, DirectDeps, DirectRequest } from './direct-request.ts';
import { isPlain } from './plain-client.ts';
import { readAuthorization } from './plain-request.ts';

/**
 * Answers an authorization request (OpenID Connect Core 3.1.2) of somebody who is logged in, where nothing is to be asked: a
 * live session, a user who may use the application now (`policy.ts`), and every scope allowed. Null for any other; then
 * nothing was collected.
 */
export async function authorizeDirectly(
  { provider, https }: DirectDeps,
  request: DirectRequest,
): Promise<DirectAnswer | null> {
  const asked = readAuthorization(request);
  const cookie = provider.cookieName('session');
  if (asked === null || request.raw.headers.cookie?.includes(`${cookie}=`) !== true) return null;
  const { clientId, redirectUri } = asked;
  // Neither a built-in client nor one by which an application is tried.
  if (readId('app', clientId) === undefined) return null;
  const client = await provider.Client.find(clientId);
  if (client?.redirectUris?.includes(redirectUri) !== true || !isPlain(client)) return null;

  const ctx = provider.createContext(request.raw, request.response);
  const session = await provider.Session.get(ctx);
  const userId = readId('usr', session.accountId ?? '');
  // All of ours end with the browser; another cookie would say when it ends.
  if (session.accountId === undefined || userId === undefined || session.transient !== true) return null;
  const work = UnitOfWork.current();
  const access = await work.access(userId, clientId, null);
  if (access === null || refusalOf(access, clientId, work.now) !== null) return null;
  const allowed = client['first_party'] === true ? [...SCOPES] : (access.consentScope ?? '').split(' ');
  if (!asked.scopes.every((scope) => allowed.includes(scope))) return null;

  // From here on nothing is left to the library.
  const sid = sidOf(session.uid, clientId);
  const grantId = grantIdOf(session.uid, clientId);
  session.sidFor(clientId, sid);
  session.grantIdFor(clientId, grantId);
  const outlivesSession = client['offline'] === true;
  if (outlivesSession) session.authorizationFor(clientId).persistsLogout = true;
  work.issueFor(access);
  const code = await new provider.AuthorizationCode({
    client,
    accountId: session.accountId,
    acr: session.acr,
    amr: session.amr,
    authTime: session.authTime(),
    codeChallenge: asked.codeChallenge,
    codeChallengeMethod: 'S256',
    expiresWithSession: outlivesSession ? undefined : true,
    grantId,
    gty: 'authorization_code',
    nonce: asked.nonce,
    redirectUri,
    scope: allowed.filter((scope) => asked.scopes.includes(scope)).join(' '),
    sessionUid: session.uid,
    sid,
  }).save();
  recordEntry(clientId);
  ctx.cookies.set(cookie, session.jti, sessionCookie(https));
  await session.save(SESSION_LIFETIME);

  const back = new URL(redirectUri);
  back.searchParams.set('code', code);
  if (asked.state !== undefined) back.searchParams.set('state', asked.state);
  back.searchParams.set('iss', provider.issuer);
  return {
    status: 303,
    headers: { location: back.href, 'content-type': 'text/html; charset=utf-8' },
    body: `Redirecting to ${back.href.replaceAll('&', '&amp;')}.`,
  };
}
