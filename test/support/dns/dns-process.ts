import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Starts a DNS server in the foreground and waits for the line that says it serves. Throws with its own words otherwise. */
export async function startDnsProcess(command: string, args: readonly string[], ready: string): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const listen = (words: string): void => {
    said = (said + words).slice(-4000);
    if (said.includes(ready)) resolve();
  };
  child.stdout.setEncoding('utf8').on('data', listen);
  child.stderr.setEncoding('utf8').on('data', listen);
  child.once('error', reject);
  child.once('exit', () => reject(new Error(`${command} did not start: ${said}`)));
  await promise;
  return child;
}

/** Ends a server; resolves when it is gone. */
export async function stopDnsProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('exit', () => resolve());
  child.kill('SIGKILL'); // its data is thrown away
  await promise;
}

/** A port that is free on several loopback addresses, for UDP and TCP. */
export async function freeDnsPort(addresses: readonly string[]): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all(addresses.flatMap((address) => [udpFree(address, port), tcpFree(address, port)]));
    if (!free.includes(false)) return port;
  }
  throw new Error('no free port for DNS');
}

async function udpFree(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once('error', () => resolve(false));
  socket.bind(port, address, () => socket.close(() => resolve(true)));
  return promise;
}

async function tcpFree(address: string, port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once('error', () => resolve(false));
  server.listen(port, address, () => server.close(() => resolve(true)));
  return promise;
}

/** Takes questions by UDP and TCP and answers none. */
export async function startSilentServer(address: string, port: number): Promise<AsyncDisposable & { port: number }> {
  const udp = createSocket('udp4');
  const tcp = createServer();
  await new Promise<void>((resolve) => udp.bind(port, address, resolve));
  await new Promise<void>((resolve) => tcp.listen(port, address, resolve));
  return {
    port: (tcp.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => udp.close(resolve));
      await new Promise((resolve) => tcp.close(resolve));
    },
  };
}
