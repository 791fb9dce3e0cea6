/**
 * A small application that relies on an OpenID Provider, in a process of its own; started twice, as Reports and as
 * Tickets, in demonstrations and tests. It needs no script in the browser.
 *
 *   node demo/applications/application.ts '{"name": "Reports", "issuer": "http://localhost:3000", …}'   or a JSON file
 *
 * Prints one JSON line when ready. Its settings: configuration.ts. `initiate_login_uri` is /login, the redirect URI
 * /callback, the post-logout redirect URI /logged-out, the back-channel logout URI /backchannel-logout.
 */
import { randomBytes } from 'node:crypto';
import { announce, readConfig } from '../providers/process-edge.ts';
import { cookieOf, type Exchange, listen, readForm, redirectTo, sendJson } from '../../src/stand-ins/small-server.ts';
import { send, sendLook } from '../look/page.ts';
import { configurationSchema } from './configuration.ts';
import { failedPage, homePage, loggedOutPage, workPage } from './pages.ts';
import { createRelyingParty, type PendingLogin } from './relying-party.ts';
import { createSessions, type Session } from './sessions.ts';

const config = readConfig(configurationSchema);
// Ports do not separate cookies: the name does, where both applications share an address.
const cookiePrefix = config.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
const sessionCookie = `${cookiePrefix}-session`;
const browserCookie = `${cookiePrefix}-browser`;
const sessions = createSessions();
const pendingLogins = new Map<string, { pending: PendingLogin; browser: string }>();
const MOST_PENDING = 1000;

const server = await listen(route, config);
const origin = config.origin ?? server.origin;
const attributes = `; Path=/; HttpOnly; SameSite=Lax${origin.startsWith('https:') ? '; Secure' : ''}`;
const relyingParty = createRelyingParty(config, {
  callback: `${origin}/callback`,
  loggedOut: `${origin}/logged-out`,
});
announce({ origin: server.origin, url: origin, name: config.name });

async function route(exchange: Exchange): Promise<void> {
  if (sendLook(exchange)) return;
  const id = cookieOf(exchange, sessionCookie);
  const session = sessions.find(id);
  const { pathname: path, searchParams } = exchange.url;
  const view = { config, session, path };
  switch (`${exchange.method} ${path}`) {
    case 'GET /':
      if (id !== undefined && session === undefined) setCookie(exchange, sessionCookie, '', 0);
      return send(exchange, 200, homePage({ ...view, endedElsewhere: id !== undefined && session === undefined }));
    case 'GET /work':
      return session === undefined ? login(exchange, '/work') : send(exchange, 200, workPage(view));
    case 'GET /login':
      return initiatedLogin(exchange, searchParams);
    case 'POST /login':
      return initiatedLogin(exchange, await readForm(exchange));
    case 'GET /callback':
      return callback(exchange);
    case 'POST /logout':
      return logout(exchange, id, session);
    case 'GET /logged-out':
      return send(exchange, 200, loggedOutPage(view));
    case 'POST /backchannel-logout':
      return backchannelLogout(exchange);
    default:
      return send(exchange, 404, failedPage({ ...view, reason: `There is no page at ${path}.` }));
  }
}

/** OpenID Connect Core 4: a login that somebody else's link asks for; it may name this provider and our pages only. */
async function initiatedLogin(exchange: Exchange, asked: URLSearchParams): Promise<void> {
  const issuer = asked.get('iss');
  if (issuer !== null && issuer !== config.issuer) return failed(exchange, 'The link names another OpenID Provider.');
  const target = URL.parse(asked.get('target_link_uri') ?? '/', origin);
  return login(exchange, target?.origin === new URL(origin).origin ? target.pathname : '/', asked);
}

async function login(exchange: Exchange, target: string, asked = new URLSearchParams()): Promise<void> {
  try {
    const { url, pending } = await relyingParty.beginLogin({
      target,
      loginHint: asked.get('login_hint'),
      organization: asked.get('organization'),
    });
    let browser = cookieOf(exchange, browserCookie);
    if (browser === undefined || browser === '') {
      browser = randomBytes(24).toString('base64url');
      setCookie(exchange, browserCookie, browser);
    }
    const [oldest] = pendingLogins.keys();
    if (pendingLogins.size >= MOST_PENDING && oldest !== undefined) pendingLogins.delete(oldest);
    pendingLogins.set(pending.state, { pending, browser });
    redirectTo(exchange, url, 303);
  } catch (error) {
    failed(exchange, `The OpenID Provider cannot be reached: ${reasonOf(error)}`);
  }
}

async function callback(exchange: Exchange): Promise<void> {
  const state = exchange.url.searchParams.get('state') ?? '';
  const known = pendingLogins.get(state);
  if (known === undefined || known.browser !== cookieOf(exchange, browserCookie)) {
    return failed(exchange, 'This login was not started here, or is already over.');
  }
  pendingLogins.delete(state);
  try {
    const arrived = new URL(exchange.url.pathname + exchange.url.search, origin);
    const session = await relyingParty.finishLogin(arrived, known.pending);
    setCookie(exchange, sessionCookie, sessions.start(session));
    redirectTo(exchange, known.pending.target, 303);
  } catch (error) {
    failed(exchange, reasonOf(error));
  }
}

/** Ends the session here, then at the provider, which tells the other applications and sends the browser back. */
async function logout(exchange: Exchange, id: string | undefined, session: Session | undefined): Promise<void> {
  sessions.end(id);
  setCookie(exchange, sessionCookie, '', 0);
  if (session === undefined) return redirectTo(exchange, '/logged-out', 303);
  try {
    redirectTo(exchange, await relyingParty.logoutUrl(session.idToken), 303);
  } catch {
    redirectTo(exchange, '/logged-out', 303);
  }
}

/** OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8. */
async function backchannelLogout(exchange: Exchange): Promise<void> {
  try {
    const form = await readForm(exchange);
    const ended = sessions.endAll(await relyingParty.verifyLogoutToken(form.get('logout_token') ?? ''));
    sendJson(exchange, 200, { ended });
  } catch (error) {
    sendJson(exchange, 400, { error: 'invalid_request', error_description: reasonOf(error) });
  }
}

function failed(exchange: Exchange, reason: string): void {
  const session = sessions.find(cookieOf(exchange, sessionCookie));
  send(exchange, 400, failedPage({ config, session, path: exchange.url.pathname, reason }));
}

function setCookie({ response }: Exchange, name: string, value: string, maxAge?: number): void {
  const age = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  response.appendHeader('set-cookie', `${name}=${value}${attributes}${age}`);
}

/** What may be shown: an error's own words, and the provider's description where the library keeps one. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const said = 'error_description' in error && typeof error.error_description === 'string';
  return said ? `${error.message}: ${String(error.error_description)}` : error.message;
}
