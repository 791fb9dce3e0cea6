import type { Provider } from 'oidc-provider';
import { type Exchange, readForm, redirectTo, sendPage } from '../small-server.ts';
import type { Person } from './configuration.ts';
import { accountPage, loginPage } from './pages.ts';
import { type OpenIdState, personOf } from './state.ts';

/** The provider's pages between the authorization request and its answer: log in, choose an account, cancel. */
export async function interact(provider: Provider, state: OpenIdState, exchange: Exchange): Promise<void> {
  const { config, users, product } = state;
  const { request, response, url, method } = exchange;
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  const current = session && personOf(state, session.accountId);
  const showLogin = (username: string, error?: string): void =>
    sendPage(
      exchange,
      error === undefined ? 200 : 401,
      loginPage(config, [...users.values()], { action: url.pathname, username, ...(error ? { error } : {}) }),
    );
  const finish = (person: Person): Promise<void> => {
    const accountId = product.subject(person);
    const selected = prompt.name === 'select_account' ? { select_account: {} } : {};
    return provider.interactionFinished(request, response, { ...selected, login: { accountId, remember: true } });
  };

  const chosen = state.chosen === undefined ? undefined : users.get(state.chosen);
  if (chosen !== undefined) return finish(chosen);
  if (method !== 'POST') {
    const wantsAccount = prompt.name === 'select_account' && current && !url.searchParams.has('other');
    if (wantsAccount) return sendPage(exchange, 200, accountPage(config.name, current, url.pathname));
    return showLogin(typeof params['login_hint'] === 'string' ? params['login_hint'] : '');
  }
  const form = await readForm(exchange);
  switch (form.get('act')) {
    case 'cancel': {
      const refusal = { error: 'access_denied', error_description: 'The person cancelled the log-in.' };
      return provider.interactionFinished(request, response, refusal);
    }
    case 'other':
      return redirectTo(exchange, `${url.pathname}?other`, 303);
    case 'keep':
      return current ? finish(current) : redirectTo(exchange, url.pathname, 303);
    default: {
      const typed = form.get('username')?.trim().toLowerCase() ?? '';
      const user = [...users.values()].find(
        ({ email, username }) => email.toLowerCase() === typed || username?.toLowerCase() === typed,
      );
      if (user === undefined || user.password !== form.get('password')) {
        return showLogin(typed, 'The user name or the password is wrong.');
      }
      return finish(user);
    }
  }
}
