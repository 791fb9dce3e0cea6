import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A way to a server that can be cut, made silent or slow, and healed. */
export interface Link {
  /** The server's URL, by this way. */
  url: string;
  /** Resets all connections and every new one. */
  cut(): void;
  /** Nobody listens any more, and all connections are reset. */
  refuse(): Promise<void>;
  /** Resets all connections once; new ones pass. */
  reset(): void;
  /** Lets nothing pass any more and closes nothing. */
  silence(): void;
  /** What the server answers comes so much later. */
  delay(milliseconds: number): void;
  /** What the server answers comes a byte a second. */
  drip(): void;
  /** The server answers nothing; after the client spoke (or at once where it waits to be greeted) it gets `head` and then `bytes` of filling. */
  flood(head: string, filling: string, bytes: number, greeted?: boolean): void;
  heal(): Promise<void>;
  stop(): Promise<void>;
}

type State =
  | { is: 'well' | 'cut' | 'silent' | 'drip' }
  | { is: 'late'; milliseconds: number }
  | { is: 'flood'; head: string; filling: string; bytes: number; greeted: boolean };

/** Starts a way to the server at `target`, which may be another one for later connections. */
export async function startLink(target: URL, defaultPort = 5432): Promise<Link> {
  let state: State = { is: 'well' };
  const sockets = new Set<Socket>();
  const pour = (near: Socket, { head, filling, bytes }: Extract<State, { is: 'flood' }>): void => {
    near.write(head);
    const block = filling.repeat(Math.ceil(65_536 / filling.length));
    for (let sent = 0; sent < bytes && !near.destroyed; sent += block.length) near.write(block);
  };
  const server = createServer((near) => {
    if (state.is === 'cut') return void near.resetAndDestroy();
    sockets.add(near);
    near.on('error', () => undefined).on('close', () => sockets.delete(near));
    if (state.is === 'silent') return; // it is accepted, as by a router that forgot the way
    if (state.is === 'flood') {
      const flood = state;
      if (flood.greeted) pour(near, flood);
      else near.once('data', () => pour(near, flood));
      return;
    }
    const far = connect(Number(target.port || defaultPort), target.hostname);
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    near.on('data', (bytes) => state.is !== 'silent' && far.write(bytes));
    far.on('data', (bytes) => {
      if (state.is === 'late') setTimeout(() => near.destroyed || near.write(bytes), state.milliseconds);
      else if (state.is === 'drip') drip(near, bytes);
      else if (state.is !== 'silent') near.write(bytes);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = new URL(target);
  url.port = String(port);
  url.hostname = '127.0.0.1';
  const reset = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: url.href,
    cut() {
      state = { is: 'cut' };
      reset();
    },
    reset,
    silence() {
      state = { is: 'silent' };
    },
    delay(milliseconds) {
      state = { is: 'late', milliseconds };
    },
    drip() {
      state = { is: 'drip' };
    },
    flood(head, filling, bytes, greeted = false) {
      state = { is: 'flood', head, filling, bytes, greeted };
    },
    async refuse() {
      reset();
      await new Promise((resolve) => server.close(resolve));
    },
    async heal() {
      state = { is: 'well' };
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

function drip(near: Socket, bytes: Buffer): void {
  let place = 0;
  const timer = setInterval(() => {
    if (near.destroyed || place >= bytes.length) return clearInterval(timer);
    near.write(bytes.subarray(place, (place += 1)));
  }, 1000);
}
