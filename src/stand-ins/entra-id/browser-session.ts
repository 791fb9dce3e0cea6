import { randomSecret } from '../../base/random.ts';
import { cookieOf, type Exchange } from '../small-server.ts';
import { type BrowserSession, nowSeconds, type State } from './state.ts';

const COOKIE = 'ESTSAUTH';

/** The session behind the browser's cookie. */
export function currentSession(state: State, exchange: Exchange): BrowserSession | undefined {
  return state.sessions.get(cookieOf(exchange, COOKIE) ?? '');
}

/** Adds an account to the browser's session under a new session id. */
export function rememberAccount(state: State, exchange: Exchange, upn: string): BrowserSession {
  const old = currentSession(state, exchange);
  if (old !== undefined) state.sessions.delete(old.id);
  const id = randomSecret();
  const accounts = new Map([...(old?.accounts ?? []), [upn, nowSeconds(state)]]);
  const session = { id, accounts, entered: old?.entered ?? new Map() };
  state.sessions.set(id, session);
  const secure = state.origin.startsWith('https:') ? '; Secure; SameSite=None' : '; SameSite=Lax';
  exchange.response.setHeader('set-cookie', `${COOKIE}=${id}; Path=/; HttpOnly${secure}`);
  return session;
}
