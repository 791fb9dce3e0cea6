import { z } from 'zod';
import { faultsSchema, healthy } from '../faults/faults.ts';
import { type Exchange, readJson, sendJson } from '../small-server.ts';
import { appSchema, directorySchema, userSchema } from './configuration.ts';
import type { State } from './state.ts';

/** Everything below `/__double/`: what a test may ask and change while the stand-in runs. Each answers with JSON. */
export async function control(state: State, exchange: Exchange): Promise<void> {
  const done = (body: unknown = { done: true }): void => sendJson(exchange, 200, body);
  const { searchParams, pathname } = exchange.url;
  const id = (searchParams.get('id') ?? '').toLowerCase();
  const body = exchange.method === 'PUT' || exchange.method === 'POST' ? await readJson(exchange) : undefined;
  switch (`${exchange.method} ${pathname.slice('/__double/'.length)}`) {
    case 'PUT directories':
      for (const directory of z.array(directorySchema).parse(body)) state.directories.set(directory.id, directory);
      return done();
    case 'PUT apps':
      for (const app of z.array(appSchema).parse(body)) state.apps.set(app.clientId, app);
      return done();
    case 'PUT users':
      for (const user of z.array(userSchema).parse(body)) state.users.set(user.oid, user);
      return done();
    case 'DELETE apps':
      return done({ removed: state.apps.delete(id) });
    case 'DELETE users':
      return done({ removed: state.users.delete(id) });
    case 'DELETE sessions':
      state.sessions.clear();
      return done();
    case 'PUT faults':
      state.faults = faultsSchema.parse(body);
      return done();
    case 'DELETE faults':
      state.faults = healthy();
      return done();
    case 'PUT clock':
      state.clockOffset = z.object({ offsetSeconds: z.int() }).parse(body).offsetSeconds;
      return done();
    case 'POST rotate-keys':
      await state.keys.rotate(z.object({ keepOld: z.boolean().default(false) }).parse(body).keepOld);
      return done({ kid: state.keys.current().kid });
    case 'GET journal':
      return done(state.journal);
    case 'DELETE journal':
      state.journal.length = 0;
      return done();
    default:
      return sendJson(exchange, 404, { error: 'no such control' });
  }
}
