import { type Exchange, readForm, redirectTo, sendPage } from '../small-server.ts';
import { accountsOf } from './authorize.ts';
import { currentSession } from './browser-session.ts';
import { loggedOutPage, logoutPage, plainPage } from './pages.ts';
import { type BrowserSession, findDirectory, type State } from './state.ts';

/**
 * `GET|POST /{t}/oauth2/v2.0/logout`. Without `logout_hint` a person picks the account; the way back is open only to a
 * registered redirect URI of an application in that directory. Applications entered in that session with a front-channel
 * logout URL are told first, each in an iframe (OpenID Connect Front-Channel Logout 1.0).
 */
export async function logout(state: State, exchange: Exchange, segment: string): Promise<void> {
  const form = exchange.method === 'POST' ? await readForm(exchange) : new URLSearchParams();
  const parameter = (name: string): string | null => form.get(name) ?? exchange.url.searchParams.get(name);
  const session = currentSession(state, exchange);
  const accounts = accountsOf(state, session);
  const hint = parameter('logout_hint');
  const hinted = hint === null ? undefined : Buffer.from(hint, 'base64url').toString().replace(/^O\./, '');
  const chosen = form.get('account') ?? hinted;
  if (chosen === undefined && accounts.length > 0) {
    return sendPage(exchange, 200, logoutPage(`${exchange.url.pathname}${exchange.url.search}`, accounts));
  }
  const frames = chosen === undefined ? [] : framesOf(state, session, chosen);
  if (chosen !== undefined) session?.accounts.delete(chosen);
  const back = postLogoutUrl(state, segment, parameter('post_logout_redirect_uri'), parameter('state'));
  if (frames.length > 0) return sendPage(exchange, 200, loggedOutPage(frames, back?.href));
  if (back !== undefined) return redirectTo(exchange, back);
  sendPage(exchange, 200, plainPage('You signed out of your account', 'It’s a good idea to close all windows.'));
}

function postLogoutUrl(state: State, segment: string, back: string | null, given: string | null): URL | undefined {
  const directory = findDirectory(state, segment);
  const isRegistered = [...state.apps.values()].some(
    (app) => app.directory === directory?.id && app.redirectUris.some(({ uri }) => uri === back),
  );
  if (back === null || !isRegistered) return undefined;
  const url = new URL(back);
  if (given !== null) url.searchParams.set('state', given);
  return url;
}

/** The front-channel logout URLs of the applications that an account entered in this browser's session. */
function framesOf(state: State, session: BrowserSession | undefined, upn: string): string[] {
  const entered = session?.entered.get(upn) ?? [];
  session?.entered.delete(upn);
  return entered.flatMap(({ clientId, issuer, sid }) => {
    const url = URL.parse(state.apps.get(clientId)?.frontChannelLogoutUrl ?? '');
    if (url === null) return [];
    url.searchParams.set('iss', issuer);
    url.searchParams.set('sid', sid);
    return [url.href];
  });
}
