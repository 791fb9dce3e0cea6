import { type Exchange, readForm, redirectTo, sendPage } from '../small-server.ts';
import { accountsOf, placesOf, refuse } from './authorize.ts';
import { currentSession, rememberAccount } from './browser-session.ts';
import { errorBody, sendErrorPage } from './errors.ts';
import { consentForAllPage, loginPage } from './pages.ts';
import { findAccount, type State, userIn } from './state.ts';

const WRONG = 'Your account or password is incorrect. If you don’t remember your password, reset it now.';
const DISABLED =
  'Your account has been locked. Contact your support person to unlock it, then try again. (AADSTS50057)';

/**
 * `POST /{t}/login?<authorization request>`: what the pages of a login send. Ends by asking the authorization endpoint
 * again, now with the account that was picked.
 */
export async function login(state: State, exchange: Exchange, segment: string): Promise<void> {
  const request = new URLSearchParams(exchange.url.searchParams);
  const again = `/${segment}/oauth2/v2.0/authorize`;
  const form = await readForm(exchange);
  const goOn = (account: string | undefined): void => {
    if (account === undefined) request.set('prompt', 'login');
    else request.set('picked', account);
    redirectTo(exchange, `${again}?${request}`, 303);
  };

  const consent = form.get('consent');
  if (consent !== null) {
    const asked = placesOf(state, segment, request);
    if (asked === undefined) return redirectTo(exchange, `${again}?${request}`, 303);
    if (consent === 'admin') return refuse(state, exchange, asked, 'access_denied', 90094);
    if (consent === 'no') return refuse(state, exchange, asked, 'access_denied', 65004);
    const accounts = accountsOf(state, currentSession(state, exchange));
    const account = accounts.find(({ upn }) => upn === request.get('picked')) ?? accounts[0];
    const user = account && userIn(state, asked.directory, account);
    if (user !== undefined) state.consents.add(`${asked.app.clientId} ${user.oid}`);
    return goOn(account?.upn);
  }
  const picked = form.get('account');
  if (picked !== null) return goOn(picked === '' ? undefined : picked);

  const name = form.get('loginfmt') ?? '';
  const account = findAccount(state, name);
  const isRight = account !== undefined && account.password === form.get('passwd');
  if (!isRight || account.disabled) {
    const action = `${exchange.url.pathname}${exchange.url.search}`;
    return sendPage(exchange, 200, loginPage({ action, hint: name, error: isRight ? DISABLED : WRONG, people: [] }));
  }
  rememberAccount(state, exchange, account.upn);
  goOn(account.upn);
}

/**
 * `GET|POST /{t}/v2.0/adminconsent`: an administrator of a directory accepts for everybody in it. The stand-in takes
 * everybody for one; a guest consents for the home directory.
 */
export async function adminConsent(state: State, exchange: Exchange, segment: string): Promise<void> {
  const { method, url } = exchange;
  const parameters = url.searchParams;
  const app = state.apps.get(parameters.get('client_id')?.toLowerCase() ?? '');
  if (app === undefined) return sendErrorPage(state, exchange, 700016, parameters.get('client_id') ?? '');
  const redirect = app.redirectUris.find(({ uri }) => uri === parameters.get('redirect_uri'));
  const back = redirect?.uri ?? (app.anyRedirectUri === undefined ? null : parameters.get('redirect_uri'));
  if (back === null) return sendErrorPage(state, exchange, 50011, parameters.get('redirect_uri') ?? '');
  const action = `/${segment}/v2.0/adminconsent?${parameters}`;
  if (method === 'GET') return sendPage(exchange, 200, consentForAllPage(action, app.name));
  const form = await readForm(exchange);
  const account = findAccount(state, form.get('loginfmt') ?? '');
  const accepted = form.get('act') === 'accept';
  if (accepted && (account === undefined || account.password !== form.get('passwd'))) {
    return sendPage(exchange, 200, consentForAllPage(action, app.name, 'Your account or password is incorrect.'));
  }
  const answer = new URL(back);
  if (accepted && account !== undefined) {
    const directory = account.guestFrom ?? account.directory;
    state.consents.add(`${app.clientId} ${directory}`);
    answer.searchParams.set('admin_consent', 'True');
    answer.searchParams.set('tenant', directory);
  } else {
    const { error_description: description } = errorBody(state, 'access_denied', 65004);
    answer.searchParams.set('error', 'access_denied');
    answer.searchParams.set('error_description', description);
  }
  const stated = parameters.get('state');
  if (stated !== null) answer.searchParams.set('state', stated);
  redirectTo(exchange, answer.href);
}
