import { type Exchange, escapeHtml, readForm, sendPage } from '../small-server.ts';
import { errorBody, sendErrorPage } from './errors.ts';
import { layout } from './pages.ts';
import { findAccount, type State } from './state.ts';

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
  if (method === 'GET') return sendPage(exchange, 200, page(action, app.name));
  const form = await readForm(exchange);
  const account = findAccount(state, form.get('loginfmt') ?? '');
  const accepted = form.get('act') === 'accept';
  if (accepted && (account === undefined || account.password !== form.get('passwd'))) {
    return sendPage(exchange, 200, page(action, app.name, 'Your account or password is incorrect.'));
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
  exchange.response.writeHead(302, { location: answer.href }).end();
}

function page(action: string, name: string, error?: string): string {
  const wrong = error === undefined ? '' : `<p class="error" role="alert">${escapeHtml(error)}</p>`;
  return layout(
    'Permissions requested',
    `<h1>Permissions requested</h1><p>Review for your organization: ${escapeHtml(name)}</p>${wrong}
<form method="post" action="${escapeHtml(action)}">
<label>Email or phone<input name="loginfmt" autocomplete="username" autofocus></label>
<label>Password<input name="passwd" type="password" autocomplete="current-password"></label>
<button name="act" value="accept">Accept</button><button class="quiet" name="act" value="cancel">Cancel</button></form>`,
  );
}
