import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what the system gives to outgoing connections (32768 on Linux), so none of them takes the port meanwhile. */
const [FIRST, LAST] = [12_000, 32_000];
const ATTEMPTS = 100;

/**
 * A port nobody listens on, the preferred one if it is free: for a server that has to know its address before it
 * listens. Throws when there is no such address.
 */
export async function freePort({
  host = '127.0.0.1',
  preferred,
}: { host?: string; preferred?: number | undefined } = {}): Promise<number> {
  if (preferred !== undefined && (await isFree(host, preferred))) return preferred;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(host, port)) return port;
  }
  throw new Error(`no port on ${host}`);
}

/** The address if this machine has it: Linux has all of 127.0.0.0/8, others only the first. */
export async function loopback(wanted: string): Promise<string> {
  return (await isFree(wanted, 0)) ? wanted : '127.0.0.1';
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
