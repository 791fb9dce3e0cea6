import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../demo/free-port.ts';
import { startExternalPostgres } from '../../support/external-postgres.ts';
import type { Figure } from '../figures.ts';
import { LOGIN_SETTINGS, setUpForLogins } from '../ground/logins.ts';
import { underFault } from '../ground/under-fault.ts';
import type { FaultCase } from '../ground/under-fault.ts';
import { start } from '../installation.ts';
import { openRawClient } from './raw-client.ts';
import type { RawClient } from './raw-client.ts';

const DESCRIPTORS = 20_000;
const IDLE = 5000;
const DRIPPING = 300;
const LARGE = 60;
const HEAD = 'POST /api/v1/organizations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

/** Clients that mean no good, beside people who log in and administrators who write. */
export async function hostileClients(): Promise<Figure[]> {
  // Theirs and ours; the service has what we have.
  execFileSync('prlimit', [`--pid=${process.pid}`, `--nofile=${DESCRIPTORS}:${DESCRIPTORS}`]);
  const folder = await mkdtemp(join(tmpdir(), 'faults-clients-'));
  await using server = await startExternalPostgres();
  const port = await freePort();
  const service = await start({
    ...LOGIN_SETTINGS,
    PORT: String(port),
    DATABASE_URL: server.url,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_DATA: folder,
    LOG_LEVEL: 'silent',
  });
  await using ground = await setUpForLogins(service);
  const database = Object.assign(new URL(server.superuserUrl), { pathname: new URL(server.url).pathname }).href;
  const figures: Figure[] = [];
  for (const make of [drippingHeads, drippingBodies, largeBodies, largeHeaders, idleConnections]) {
    const { fault, told } = make(port);
    console.error(`clients: ${fault.name} …`);
    const place = { ground, url: service.url, pid: service.pid, databaseUrl: database };
    figures.push(...(await underFault(place, fault)));
    figures.push(...(await told()).map((figure) => ({ ...figure, case: fault.name })));
  }
  await service.stop();
  await rm(folder, { recursive: true });
  return figures;
}

/** A case, and what became of its clients. */
interface ClientCase {
  fault: FaultCase;
  told(): Promise<Figure[]>;
}

/** What all of them have in common: clients that are opened at once, answered or cut by the service, and left at the end. */
function clientCase(name: string, lastsMs: number, open: () => Promise<RawClient[]>, wanted: string): ClientCase {
  let clients: RawClient[] = [];
  const closedAfter: number[] = [];
  let [ended, late] = [0, 0];
  return {
    fault: {
      name,
      lastsMs,
      // People are served all the while.
      mostGapMs: 10_000,
      async begin() {
        const began = performance.now();
        clients = await open();
        for (const { closed } of clients) void closed.then(() => closedAfter.push(performance.now() - began));
      },
      end() {
        ended = closedAfter.length;
        late = Math.round(Math.max(0, ...closedAfter) / 1000);
        for (const { socket } of clients) socket.destroy();
      },
    },
    async told() {
      const answers = await Promise.all(clients.map(async ({ answered }) => answered));
      const counted = [...Map.groupBy(answers, (answer) => answer)].map(
        ([answer, each]) => `${each.length} × ${answer}`,
      );
      const open = clients.length - ended;
      return [
        { what: 'such clients', measured: clients.length },
        { what: 'they were answered', measured: counted.join(', ') },
        { what: 'closed by the service', measured: ended === 0 ? 'none' : `${ended}, the last after ${late} s` },
        { what: 'left open', measured: open === 0 ? 'none' : open === clients.length ? 'all' : `${open}`, wanted },
      ];
    },
  };
}

async function openMany(port: number, count: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let opened = 0; opened < count; opened += 100) {
    const some = Array.from({ length: Math.min(100, count - opened) }, async () => openRawClient(port));
    clients.push(...(await Promise.all(some)));
  }
  return clients;
}

/** Sends a text a byte a second, until the connection is over. */
function drip({ socket }: RawClient, text: string): void {
  let place = 0;
  const timer = setInterval(() => {
    if (socket.destroyed) return clearInterval(timer);
    socket.write(text[place % text.length] ?? '');
    place += 1;
  }, 1000);
}

/** Slow loris: a head that never ends. */
function drippingHeads(port: number): ClientCase {
  return clientCase(
    'heads that drip',
    16_000,
    async () => {
      const clients = await openMany(port, DRIPPING);
      for (const client of clients) {
        client.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
        drip(client, 'a');
      }
      return clients;
    },
    'none',
  );
}

/** A body that is announced and comes a byte a second. */
function drippingBodies(port: number): ClientCase {
  return clientCase(
    'bodies that drip',
    36_000,
    async () => {
      const clients = await openMany(port, DRIPPING);
      for (const client of clients) {
        client.socket.write(`${HEAD}Authorization: Bearer nobody\r\nContent-Length: 5000\r\n\r\n`);
        drip(client, ' ');
      }
      return clients;
    },
    'none',
  );
}

/** 10 MB each: announced by half of them, in chunks of unknown length by the others. */
function largeBodies(port: number): ClientCase {
  return clientCase(
    'bodies of 10 MB',
    6000,
    async () => {
      const clients = await openMany(port, LARGE);
      for (const [place, { socket }] of clients.entries()) void pour(socket, place % 2 === 0);
      return clients;
    },
    'none',
  );
}

async function pour(socket: RawClient['socket'], announced: boolean): Promise<void> {
  const block = Buffer.alloc(64 * 1024, ' ');
  const blocks = 160;
  socket.write(
    `${HEAD}${announced ? `Content-Length: ${block.length * blocks}` : 'Transfer-Encoding: chunked'}\r\n\r\n`,
  );
  for (let sent = 0; sent < blocks && !socket.destroyed; sent += 1) {
    if (!announced) socket.write(`${block.length.toString(16)}\r\n`);
    const hasRoom = socket.write(block);
    if (!announced) socket.write('\r\n');
    if (!hasRoom) await pause(5);
  }
  if (!announced && !socket.destroyed) socket.write('0\r\n\r\n');
}

/** A head of 100,000 bytes, in one header or in a thousand. */
function largeHeaders(port: number): ClientCase {
  return clientCase(
    'heads of 100,000 bytes',
    4000,
    async () => {
      const clients = await openMany(port, LARGE);
      for (const [place, { socket }] of clients.entries()) {
        const one = `X-Large: ${'a'.repeat(100_000)}\r\n`;
        const many = Array.from({ length: 1000 }, (_, n) => `X-Large-${n}: ${'a'.repeat(84)}\r\n`).join('');
        socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\n${place % 2 === 0 ? one : many}\r\n`);
      }
      return clients;
    },
    'none',
  );
}

/** Connections that were good for one request and are kept open; after them people are served as before. */
function idleConnections(port: number): ClientCase {
  return clientCase(
    '5,000 idle connections',
    8000,
    async () => {
      const clients = await openMany(port, IDLE);
      for (const { socket } of clients) socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      return clients;
    },
    'all',
  );
}
