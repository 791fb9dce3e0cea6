import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A link to a TCP server that can go silent: packets vanish, and nobody is told. */
export interface SilentProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on nothing passes, or no answer does, on old connections and new ones. */
  silence(what?: 'everything' | 'answers'): void;
  /** New connections pass again; those from before stay silent, as after a firewall forgot them. */
  restore(): void;
}

/** Listens on loopback; a `target` that is changed later is where new connections go. */
export async function startSilentProxy(target: { host: string; port: number }): Promise<SilentProxy> {
  let silent: false | 'everything' | 'answers' = false;
  const sockets = new Set<Socket>();
  const muted = new Set<Socket>();
  const unanswered = new Set<Socket>();
  const server = createServer((near) => {
    sockets.add(near);
    near.on('error', () => {});
    if (silent === 'everything') {
      muted.add(near);
      return;
    }
    if (silent === 'answers') unanswered.add(near);
    const far = connect(target.port, target.host);
    sockets.add(far);
    far.on('error', () => {});
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (data) => {
        if (!muted.has(near) && !(from === far && unanswered.has(near))) to.write(data);
      });
      from.on('close', () => {
        if (!muted.has(near)) to.end();
      });
    }
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    silence(what = 'everything') {
      silent = what;
      for (const socket of sockets) (what === 'answers' ? unanswered : muted).add(socket);
    },
    restore() {
      silent = false;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
