/**
 * Contoso: an OpenID Provider by other people, in a process of its own, for demonstrations and tests.
 *
 *   node demo/providers/contoso.ts '{"port": 4001, "clients": [...], "users": [...]}'    or the path of a JSON file
 *
 * Prints one JSON line when ready. Its settings: contoso/configuration.ts. What a test may change while it runs
 * stands below /__double/.
 */
import { randomBytes } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import { z } from 'zod';
import { clientSchema, configurationSchema, userSchema } from './contoso/configuration.ts';
import { interact } from './contoso/interactions.ts';
import { createMemory } from './contoso/memory-adapter.ts';
import { createContosoProvider, makeSigningKey } from './contoso/provider.ts';
import { answerFaulty, type FaultyEndpoint, httpFaultsSchema, type HttpFaults } from './faults/http-faults.ts';
import { announce, readConfig } from './process-edge.ts';
import { type Exchange, type JournalEntry, journalEntry, listen, readJson, sendJson } from './small-server.ts';

const config = readConfig(configurationSchema);
const memory = createMemory(config.clients);
const users = new Map(config.users.map((user) => [user.id, user]));
const journal: JournalEntry[] = [];
const cookieKey = randomBytes(16).toString('hex');
const keys = [await makeSigningKey()];
let faults: HttpFaults = {};

const ENDPOINTS: Record<string, FaultyEndpoint> = {
  '/.well-known/openid-configuration': 'metadata',
  '/jwks': 'keys',
  '/auth': 'authorize',
  '/token': 'token',
  '/me': 'userinfo',
};

const server = await listen(route, config);
const issuer = config.issuer ?? server.origin;
let provider = build();
let handle = provider.callback();
announce({ origin: server.origin, issuer, control: `${server.origin}/__double` });

function build(): Provider {
  return createContosoProvider({ issuer, config, memory, users, keys, cookieKey, faults: () => faults });
}

async function route(exchange: Exchange): Promise<void> {
  const { pathname } = exchange.url;
  if (pathname.startsWith('/__double/')) return control(exchange);
  journal.push(journalEntry(exchange));
  if (await answerFaulty(exchange, faults, ENDPOINTS[pathname] ?? 'everything')) return;
  if (pathname.startsWith('/interaction/')) return interact({ provider, config, users }, exchange);
  await handle(exchange.request, exchange.response);
}

/** What a test may ask and change; each answers with JSON. */
async function control(exchange: Exchange): Promise<void> {
  const done = (body: unknown = { done: true }): void => sendJson(exchange, 200, body);
  switch (`${exchange.method} ${exchange.url.pathname.slice('/__double/'.length)}`) {
    case 'PUT clients':
      for (const client of z.array(clientSchema).parse(await readJson(exchange)))
        memory.clients.set(client.clientId, client);
      return done();
    case 'PUT users':
      for (const user of z.array(userSchema).parse(await readJson(exchange))) users.set(user.id, user);
      return done();
    case 'DELETE users':
      return done({ removed: users.delete(exchange.url.searchParams.get('id') ?? '') });
    case 'DELETE sessions':
      memory.endSessions();
      return done();
    case 'PUT faults':
      faults = z.strictObject({ http: httpFaultsSchema }).parse(await readJson(exchange)).http;
      return done();
    case 'POST rotate-keys':
      // the old key is gone at once: the worst a relying party may meet
      keys.splice(0, keys.length, await makeSigningKey());
      provider = build();
      handle = provider.callback();
      return done({ kid: keys[0]?.kid });
    case 'GET journal':
      return done(journal);
    case 'DELETE journal':
      journal.length = 0;
      return done();
    default:
      return sendJson(exchange, 404, { error: 'no such control' });
  }
}
