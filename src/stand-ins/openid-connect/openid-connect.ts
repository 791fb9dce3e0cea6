import type { Provider } from 'oidc-provider';
import { answerFaulty, type FaultyEndpoint } from '../faults/http-faults.ts';
import { type Exchange, keepInJournal, listen } from '../small-server.ts';
import { NEW_PASSWORD, type StandIn } from '../stand-in.ts';
import type { OpenIdConfiguration } from './configuration.ts';
import { control } from './control.ts';
import { interact } from './interactions.ts';
import { createProvider } from './provider.ts';
import { createState, makeSigningKey } from './state.ts';
import { spoilRegistration } from './registration.ts';

/**
 * Starts an OpenID Provider that looks like the product `config.as`.
 * @param before answers a request in its place, and says so
 */
export async function startOpenIdConnect(
  config: OpenIdConfiguration,
  before: (exchange: Exchange) => Promise<boolean> = () => Promise.resolve(false),
): Promise<StandIn> {
  const server = await listen(route, config);
  const state = createState(config, config.issuer ?? server.origin);
  const { product, users, memory } = state;
  const path = new URL(state.issuer).pathname.replace(/\/$/, '');
  const endpoints: Readonly<Record<string, FaultyEndpoint>> = {
    '/.well-known/openid-configuration': 'metadata',
    [product.routes.jwks]: 'keys',
    [product.routes.authorization]: 'authorize',
    [product.routes.token]: 'token',
    [product.routes.userinfo]: 'userinfo',
  };
  let provider: Provider;
  let handle: ReturnType<Provider['callback']>;
  await build();

  async function build(): Promise<void> {
    provider = await createProvider(state);
    handle = provider.callback();
  }

  async function rotateKeys(): Promise<void> {
    // the old key is gone at once: the worst a relying party may meet
    state.key = makeSigningKey();
    await build();
  }

  async function route(exchange: Exchange): Promise<void> {
    const { pathname } = exchange.url;
    if (await before(exchange)) return;
    if (pathname.startsWith('/__double/')) return control(state, exchange, rotateKeys);
    keepInJournal(exchange, state.journal, config.keepsAnswers);
    const isBelow = pathname.startsWith(`${path}/`);
    const endpoint = isBelow ? pathname.slice(path.length) : pathname;
    if (await answerFaulty(exchange, state.faults.http, endpoints[endpoint] ?? 'everything')) return;
    if (endpoint.startsWith('/interaction/')) return interact(provider, state, exchange);
    const { request, response } = exchange;
    // mounted below the product's path, as the library wants it: what follows, beside what was asked
    if (isBelow && path !== '') {
      const original = request.url ?? '/';
      Object.assign(request, { originalUrl: original, url: original.slice(path.length) });
    }
    await handle(request, response);
  }

  return {
    kind: 'openid-connect',
    origin: server.origin,
    issuer: state.issuer,
    people: () =>
      [...users.values()].map(({ id, name, email, password }) => ({ id, name, signInName: email, password })),
    addPerson: ({ name, address }) => {
      const id = address.toLowerCase();
      users.set(id, { id, name, email: address, emailVerified: true, password: NEW_PASSWORD });
    },
    removePerson: (id) => void users.delete(id),
    chosen: () => state.chosen,
    choose: (id) => {
      state.chosen = id;
      memory.endSessions();
    },
    setFaults: (faults, mistakes) => {
      state.faults = faults;
      memory.clients.clear();
      for (const client of config.clients.flatMap((one) => spoilRegistration(one, mistakes)))
        memory.clients.set(client.clientId, client);
    },
    endSessions: () => memory.endSessions(),
    rotateKeys,
    journal: state.journal,
    close: server.close,
  };
}
