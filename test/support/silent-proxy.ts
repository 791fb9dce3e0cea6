import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A link to a TCP server that can go silent: packets vanish, and nobody is told. */
export interface SilentProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on nothing passes, on old connections and new ones. */
  silence(): void;
  /** New connections pass again; those from before stay silent, as after a firewall forgot them. */
  restore(): void;
}

/** Listens on loopback; a `target` that is changed later is where new connections go. */
export async function startSilentProxy(target: { host: string; port: number }): Promise<SilentProxy> {
  let silent = false;
  const sockets = new Set<Socket>();
  const muted = new Set<Socket>();
  const server = createServer((near) => {
    sockets.add(near);
    near.on('error', () => {});
    if (silent) {
      muted.add(near);
      return;
    }
    const far = connect(target.port, target.host);
    sockets.add(far);
    far.on('error', () => {});
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (data) => {
        if (!muted.has(near)) to.write(data);
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
    silence() {
      silent = true;
      for (const socket of sockets) muted.add(socket);
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
