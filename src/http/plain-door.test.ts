import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createTexts } from '../texts/catalog.ts';
import { createLogger } from './logger.ts';
import { openPlainDoor } from './plain-door.ts';
import { createServer } from './server.ts';
import type { CreatedServer } from './server.ts';

let opened: CreatedServer | undefined;
afterEach(async () => opened?.server.close());

interface Opened extends CreatedServer {
  url: string;
  log: () => string;
  answered: { id: string; ip: string }[];
}

async function open(trustedProxies: string[] = []): Promise<Opened> {
  let lines = '';
  const log = createLogger('info', { write: (line) => (lines += line) });
  const created = await createServer({
    publicUrl: new URL('http://localhost'),
    trustedProxies,
    log,
    texts: createTexts('Gatehouse'),
    checkReady: async () => {},
  });
  opened = created;
  const { server } = created;
  const answered: Opened['answered'] = [];
  await openPlainDoor(server, {
    paths: ['/plain', '/plain/*'],
    bodyLimit: 100,
    trustedProxies,
    log,
    async answer({ id, ip, raw }, response) {
      answered.push({ id, ip });
      raw.resume();
      response.end('plain');
    },
  });
  server.get('/plainly', async () => 'by a route');
  server.get('/plain/elsewhere/:id', async () => 'by a more exact route');
  await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return { ...created, url, answered, log: () => lines };
}

test('answers its own paths and no other, each request with an id and a line in the log', async () => {
  const { url, answered, log } = await open();
  const texts = async (paths: string[]): Promise<string[]> =>
    Promise.all(paths.map(async (path) => (await fetch(`${url}${path}`)).text()));
  expect(await texts(['/plain', '/plain/', '/plain/below?token=hush', '/plain?x'])).toEqual(Array(4).fill('plain'));
  expect(await texts(['/plainly'])).toEqual(['by a route']);
  expect(await texts(['/plain/elsewhere/1', '/plain/elsewher'])).toEqual(['by a more exact route', 'plain']);
  expect((await fetch(`${url}/plai`)).status).toBe(404);
  expect(new Set(answered.map(({ id }) => id)).size).toBe(5);
  await expect.poll(() => log().split('request completed').length - 1).toBe(8);
  for (const { id } of answered) expect(log()).toContain(id);
  expect(log()).toContain('"req":{"method":"GET","route":"/plain/*"},"res":{"status":200}');
  expect(log()).not.toContain('hush');
});

test('a spelling with % comes to the same answer or to none, never to another door', async () => {
  const { url } = await open();
  expect(await (await fetch(`${url}/plain/%62elow`)).text()).toBe('plain');
  expect((await fetch(`${url}/plain/%zz`)).status).toBe(422);
});

test('a body that is longer than it takes is refused by its length', async () => {
  const { url, answered } = await open();
  const post = async (length: number): Promise<number> =>
    (await fetch(`${url}/plain`, { method: 'POST', body: 'x'.repeat(length) })).status;
  expect([await post(100), await post(101)]).toEqual([200, 413]);
  expect(answered).toHaveLength(1);
});

test('the address behind a proxy is believed of trusted ones alone', async () => {
  const headers = { 'x-forwarded-for': '192.0.2.1, 198.51.100.7' };
  const untrusting = await open();
  await fetch(`${untrusting.url}/plain`, { headers });
  expect(untrusting.answered[0]?.ip).toBe('127.0.0.1');
  await untrusting.server.close();
  const trusting = await open(['127.0.0.1']);
  await fetch(`${trusting.url}/plain`, { headers });
  expect(trusting.answered[0]?.ip).toBe('198.51.100.7');
});

test('while the server stops and when it has closed, its connections are closed after their answers', async () => {
  const { url, announceStop } = await open();
  const ask = async (): Promise<string | undefined> => {
    const sent = request(`${url}/plain`, { agent: false, headers: { connection: 'keep-alive' } }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.headers.connection;
  };
  expect(await ask()).toBe('keep-alive');
  announceStop();
  expect(await ask()).toBe('close');
});
