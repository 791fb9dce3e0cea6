/**
 * Fabrikam: a stand-in for Microsoft Entra ID, in a process of its own, for demonstrations and tests.
 *
 *   node demo/providers/fabrikam.ts '{"directories": [...], "apps": [...], "users": [...]}'   or the path of a JSON file
 *
 * Prints one JSON line when ready. Its settings: fabrikam/configuration.ts. What a test may change while it runs
 * stands below /__double/ (fabrikam/control.ts). Its origin stands for https://login.microsoftonline.com.
 */
import { adminConsent } from './fabrikam/admin-consent.ts';
import { answerFaulty } from './faults/http-faults.ts';
import { authorize } from './fabrikam/authorize.ts';
import { configurationSchema } from './fabrikam/configuration.ts';
import { control } from './fabrikam/control.ts';
import { createKeySet } from './fabrikam/keys.ts';
import { login, logout } from './fabrikam/login.ts';
import { sendKeys, sendMetadata, sendOldMetadata } from './fabrikam/metadata.ts';
import { plainPage } from './fabrikam/pages.ts';
import { createState } from './fabrikam/state.ts';
import { token } from './fabrikam/token.ts';
import { announce, readConfig } from './process-edge.ts';
import { type Exchange, journalEntry, listen, readForm, sendJson, sendPage } from './small-server.ts';

const config = readConfig(configurationSchema);
const keys = await createKeySet();
const server = await listen(route, config);
const state = createState(config, config.origin ?? server.origin, keys);
announce({ origin: server.origin, issuer: state.origin, control: `${server.origin}/__double` });

async function route(exchange: Exchange): Promise<void> {
  const { method, url } = exchange;
  if (url.pathname.startsWith('/__double/')) return control(state, exchange);
  const [, segment = '', ...rest] = url.pathname.split('/');
  const isFaulty = (endpoint: Parameters<typeof answerFaulty>[2]): Promise<boolean> =>
    answerFaulty(exchange, state.faults.http, endpoint);

  const path = rest.join('/');
  const form =
    method === 'POST' && /^oauth2\/v2\.0\/(authorize|token)$/.test(path) ? await readForm(exchange) : undefined;
  state.journal.push(journalEntry(exchange, form));
  switch (`${method} ${path}`) {
    case 'GET v2.0/.well-known/openid-configuration':
      return (await isFaulty('metadata')) ? undefined : sendMetadata(state, exchange, segment);
    case 'GET .well-known/openid-configuration':
      return (await isFaulty('metadata')) ? undefined : sendOldMetadata(state, exchange, segment);
    case 'GET discovery/v2.0/keys':
      return (await isFaulty('keys')) ? undefined : sendKeys(state, exchange);
    case 'GET oauth2/v2.0/authorize':
    case 'POST oauth2/v2.0/authorize':
      if (await isFaulty('authorize')) return;
      return authorize(state, exchange, segment, form ?? new URLSearchParams(url.searchParams));
    case 'POST oauth2/v2.0/token':
      return (await isFaulty('token')) ? undefined : token(state, exchange, segment, form ?? new URLSearchParams());
    case 'GET v2.0/adminconsent':
    case 'POST v2.0/adminconsent':
      return adminConsent(state, exchange, segment);
    case 'POST login':
      return login(state, exchange, segment);
    case 'GET oauth2/v2.0/logout':
    case 'POST oauth2/v2.0/logout':
      return logout(state, exchange, segment);
    default:
      break;
  }
  if (url.pathname === '/error') {
    return sendPage(exchange, 200, plainPage('Error code', `AADSTS${url.searchParams.get('code') ?? ''}`));
  }
  // Graph's userinfo takes tokens made for Graph only, and ours are not
  if (url.pathname === '/oidc/userinfo')
    return sendJson(exchange, 401, { error: { code: 'InvalidAuthenticationToken' } });
  sendPage(exchange, 404, plainPage('Not found', url.pathname));
}
