import { randomUuid } from '../../base/random.ts';
import { answerFaulty } from '../faults/http-faults.ts';
import { type Exchange, keepInJournal, listen, readForm, sendJson, sendPage } from '../small-server.ts';
import { NEW_PASSWORD, type StandIn } from '../stand-in.ts';
import { authorize } from './authorize.ts';
import type { EntraConfiguration } from './configuration.ts';
import { control } from './control.ts';
import { createKeySet } from './keys.ts';
import { adminConsent, login } from './login.ts';
import { logout } from './logout.ts';
import { sendKeys, sendMetadata, sendOldMetadata } from './metadata.ts';
import { plainPage } from './pages.ts';
import { spoilRegistration } from '../switches/spoil-app.ts';
import { createState } from './state.ts';
import { token } from './token.ts';

/**
 * Starts a stand-in for Microsoft Entra ID. Its origin stands for https://login.microsoftonline.com.
 * @param before answers a request in its place, and says so
 */
export async function startEntraId(
  config: EntraConfiguration,
  before: (exchange: Exchange) => Promise<boolean> = () => Promise.resolve(false),
): Promise<StandIn> {
  const keys = await createKeySet();
  const server = await listen(route, config);
  const state = createState(config, config.origin ?? server.origin, keys);

  async function route(exchange: Exchange): Promise<void> {
    const { method, url } = exchange;
    if (await before(exchange)) return;
    if (url.pathname.startsWith('/__double/')) return control(state, exchange);
    const [, segment = '', ...rest] = url.pathname.split('/');
    const isFaulty = (endpoint: Parameters<typeof answerFaulty>[2]): Promise<boolean> =>
      answerFaulty(exchange, state.faults.http, endpoint);

    const entry = keepInJournal(exchange, state.journal, config.keepsAnswers);
    const path = rest.join('/');
    const isForm = method === 'POST' && /^oauth2\/v2\.0\/(authorize|token)$/.test(path);
    const form = isForm ? await readForm(exchange) : undefined;
    if (form !== undefined) entry.form = Object.fromEntries(form);
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

  const { users, sessions, apps } = state;
  const members = () => [...users.values()].filter(({ guestFrom }) => guestFrom === undefined);
  return {
    kind: 'entra-id',
    origin: server.origin,
    issuer: state.origin,
    people: () => members().map(({ oid, name, upn, password }) => ({ id: oid, name, signInName: upn, password })),
    addPerson: ({ name, address }) => {
      const oid = randomUuid();
      const [directory] = state.directories.keys();
      if (directory === undefined) throw new Error('no directory');
      const user = { oid, directory, name, upn: address, mail: address, password: NEW_PASSWORD };
      users.set(oid, { ...user, mailDomainVerified: false, disabled: false });
    },
    removePerson: (id) => void users.delete(id),
    chosen: () => members().find(({ upn }) => upn === state.chosen)?.oid,
    choose: (id) => {
      state.chosen = id === undefined ? undefined : users.get(id)?.upn;
      sessions.clear();
    },
    setFaults: (faults, mistakes) => {
      state.faults = faults;
      apps.clear();
      for (const app of config.apps.flatMap((one) => spoilRegistration(one, mistakes))) apps.set(app.clientId, app);
      state.consents.clear();
    },
    endSessions: () => sessions.clear(),
    rotateKeys: () => state.keys.rotate(false),
    journal: state.journal,
    close: server.close,
  };
}
