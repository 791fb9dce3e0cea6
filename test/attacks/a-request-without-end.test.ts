import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service?.close();
});

/** Sends the beginning, then one byte a second (nothing: nothing); the answer when the service closed the connection. */
async function trickle(beginning: string): Promise<string> {
  const socket = connect(service.port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  socket.on('error', () => undefined); // closed while we write
  const closed = once(socket, 'close');
  socket.write(beginning);
  const more = setInterval(() => beginning !== '' && socket.write('a'), 1000);
  await closed;
  clearInterval(more);
  return answer;
}

const HEAD = 'POST /oauth2/token HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n';

test('a client that sends its request byte by byte does not stay connected', async () => {
  const [head, silent, body, apiBody] = await Promise.all([
    trickle('GET / HTTP/1.1\r\nx-slow: '),
    trickle(''),
    trickle(`${HEAD}content-length: 50000\r\n\r\n`),
    trickle(`${HEAD.replace('/oauth2/token', '/api/v1/organizations')}content-length: 50000\r\n\r\n`),
  ]);
  expect([head, silent]).toEqual([expect.stringContaining(' 408 '), expect.stringContaining(' 408 ')]);
  // An answer may have left before the deadline came; the connection is closed either way.
  for (const answer of [body, apiBody]) expect(answer).toMatch(/^(HTTP\/1\.1 4|$)/);
});

test('a body larger than we take is refused by its length, and not read', async () => {
  const targets = ['/oauth2/token', '/oauth2/par', '/logout', '/api/v1/organizations'];
  for (const path of targets) {
    const socket = connect(service.port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    const closed = once(socket, 'close');
    socket.write(`${HEAD.replace('/oauth2/token', path)}content-length: 10000000\r\n\r\n`);
    await closed;
    expect([path, answer.slice(0, 12)]).toEqual([path, 'HTTP/1.1 413']);
  }
});
