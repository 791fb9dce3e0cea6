import { z } from 'zod';
import { faultsSchema } from '../faults/faults.ts';
import { type Exchange, readJson, sendJson } from '../small-server.ts';
import { clientSchema, userSchema } from './configuration.ts';
import type { OpenIdState } from './state.ts';

/** Everything below `/__double/`: what a test may ask and change while the provider runs. Each answers with JSON. */
export async function control(state: OpenIdState, exchange: Exchange, rotateKeys: () => Promise<void>): Promise<void> {
  const done = (body: unknown = { done: true }): void => sendJson(exchange, 200, body);
  const { users, memory, journal } = state;
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
      state.faults = faultsSchema.parse(await readJson(exchange));
      return done();
    case 'POST rotate-keys':
      await rotateKeys();
      return done({ kid: state.key.kid });
    case 'GET journal':
      return done(journal);
    case 'DELETE journal':
      journal.length = 0;
      return done();
    default:
      return sendJson(exchange, 404, { error: 'no such control' });
  }
}
