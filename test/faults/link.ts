import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A way to a database that can be cut, or made silent, and healed. */
export interface Link {
  /** The database's URL, by this way. */
  url: string;
  /** Resets all connections and every new one. */
  cut(): void;
  /** Lets nothing pass any more and closes nothing. */
  silence(): void;
  heal(): void;
  stop(): Promise<void>;
}

/** Starts a way to the database at `target`. */
export async function startLink(target: URL): Promise<Link> {
  let state: 'well' | 'cut' | 'silent' = 'well';
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (state === 'cut') return void near.resetAndDestroy();
    sockets.add(near);
    near.on('error', () => undefined).on('close', () => sockets.delete(near));
    if (state === 'silent') return; // it is accepted, as by a router that forgot the way
    const far = connect(Number(target.port), target.hostname);
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    near.on('data', (bytes) => state === 'well' && far.write(bytes));
    far.on('data', (bytes) => state === 'well' && near.write(bytes));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut() {
      state = 'cut';
      for (const socket of sockets) socket.resetAndDestroy();
    },
    silence() {
      state = 'silent';
    },
    heal() {
      state = 'well';
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
