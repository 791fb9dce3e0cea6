import { hostname } from 'node:os';
import { deleteNode, deleteNodesBefore, upsertNode } from './server-node-store.ts';
import { NOTED_EVERY } from './server-node.ts';
import { DAY, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { randomUuid } from '../base/random.ts';
import type { Database } from '../db/database.ts';

/** How long a process that was not seen again is remembered. */
const REMEMBERED = 7 * DAY;

/**
 * Notes this server process now and every minute, for the operator's page. Returns what ends that and takes the note away.
 * A note that cannot be written is logged: it is no reason not to serve.
 */
export async function noteServer(
  deps: { db: Database; clock: Clock; log: Log },
  server: { version: string; workers: number },
): Promise<() => Promise<void>> {
  const { db, clock, log } = deps;
  const id = randomUuid();
  const startedAt = clock.now();
  const note = async (): Promise<void> => {
    try {
      await upsertNode(db, { ...server, id, hostName: hostname().slice(0, 255), startedAt, seenAt: clock.now() });
    } catch (error) {
      log.warn({ err: error }, 'this server could not be noted for the system page');
    }
  };
  await note();
  let noting = Promise.resolve();
  const timer = setInterval(() => {
    noting = note();
  }, NOTED_EVERY * 1000).unref();
  return async () => {
    clearInterval(timer);
    await noting;
    await deleteNode(db, id).catch((error: unknown) => log.warn({ err: error }, 'the note of this server stays'));
  };
}

/** Forgets processes that were not seen for a week. */
export async function deleteOldNodes({ db, clock }: { db: Database; clock: Clock }): Promise<number> {
  return deleteNodesBefore(db, after(clock.now(), -REMEMBERED));
}
