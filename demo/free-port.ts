import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A port nobody listens on at this moment: the preferred one if it is free. Throws when there is no such address. */
export async function freePort({
  host = '127.0.0.1',
  preferred = 0,
}: { host?: string; preferred?: number | undefined } = {}): Promise<number> {
  return (
    (await tryPort(host, preferred)) ?? (await tryPort(host, 0)) ?? Promise.reject(new Error(`no port on ${host}`))
  );
}

/** The address if this machine has it: Linux has all of 127.0.0.0/8, others only the first. */
export async function loopback(wanted: string): Promise<string> {
  return (await tryPort(wanted, 0)) === undefined ? '127.0.0.1' : wanted;
}

function tryPort(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, host, () => {
      const found = (server.address() as AddressInfo).port;
      server.close(() => resolve(found));
    });
  });
}
