import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { FetchRefused } from './fetch-refused.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import type { GuardedFetch, ResolveName } from './guarded-fetch.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function serve(listener: RequestListener): Promise<number> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
}

function guarded(allowedHosts: readonly string[] = [], resolveName?: ResolveName): GuardedFetch {
  const made = createGuardedFetch({ allowedHosts, ...(resolveName === undefined ? {} : { resolveName }) });
  opened.push(made);
  return made;
}

async function categoryOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof FetchRefused) return error.category;
    throw error;
  }
  return 'answered';
}

describe('addresses', () => {
  test.each([
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[::ffff:0:10.0.0.1]/',
    'https://168.63.129.16/',
    'https://[64:ff9b::a00:1]/',
    'https://[2002:a00:1::]/',
    'https://[::10.0.0.1]/',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://169.254.169.254/latest',
    'https://192.168.1.1/',
    'https://172.31.0.1/',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://localhost/',
    'https://localhost./',
    'https://a.localhost/',
    'https://printer.local/',
    'https://metadata.google.internal/',
    'https://intranet/',
  ])('%s is refused without a connection', async (url) => {
    const fetch = guarded([], () => Promise.reject(new Error('no name is asked for')));
    expect(await categoryOf(fetch(url))).toBe('address-refused');
  });

  test.each([
    'http://provider.example/',
    'https://provider.example:8443/',
    'ftp://provider.example/',
    'https://u:p@provider.example/',
    'https://:p@provider.example/',
    'https://u@provider.example/',
    'https://provider.example/#part',
    'javascript:alert(1)',
    'nonsense',
  ])('%s is refused by its form', async (url) => {
    expect(await categoryOf(guarded()(url))).toBe('url-refused');
  });

  test('a name that resolves to a private address is refused at the socket, and asked anew each time', async () => {
    const asked: string[] = [];
    const fetch = guarded([], (name) => {
      asked.push(name);
      return Promise.resolve([{ address: asked.length === 1 ? '10.0.0.1' : '127.0.0.1', family: 4 }]);
    });
    expect(await categoryOf(fetch('https://rebinding.example/'))).toBe('address-refused');
    expect(await categoryOf(fetch('https://rebinding.example/'))).toBe('address-refused');
    expect(asked).toEqual(['rebinding.example', 'rebinding.example']);
  });

  test('localhost that resolves elsewhere is not this machine', async () => {
    const fetch = guarded(['localhost'], () => Promise.resolve([{ address: '10.0.0.1', family: 4 }]));
    expect(await categoryOf(fetch('http://localhost:9999/'))).toBe('address-refused');
  });
});

describe('what the operator names', () => {
  test.each([
    [['127.0.0.1'], true],
    [['127.0.0.0/8'], true],
    [['127.0.0.2'], false],
    [['127.0.0.1:1'], false],
  ])('%j lets http to a loopback address through: %s', async (list, through) => {
    const port = await serve((_request, response) => response.end('{}'));
    expect(await categoryOf(guarded(list)(`http://127.0.0.1:${port}/`))).toBe(through ? 'answered' : 'url-refused');
  });

  test('http stays refused for a named host that is not loopback', async () => {
    expect(await categoryOf(guarded(['provider.example'])('http://provider.example/'))).toBe('url-refused');
  });

  test.each([
    'https://provider.example/',
    '10.0.0.256',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'provider.example/8',
    '::/129',
  ])('%s is no host, and stops the start', (entry) => {
    expect(() => guarded([entry])).toThrow(`"${entry}" is no host`);
  });
});

describe('answers', () => {
  test('a body beyond the limit is not read to its end', async () => {
    let sent = 0;
    const port = await serve((_request, response) => {
      const more = (): void => {
        while (sent < 60e6 && response.write(Buffer.alloc(65_536, 32))) sent += 65_536;
      };
      response.on('drain', more);
      more();
    });
    expect(await categoryOf(guarded(['127.0.0.1'])(`http://127.0.0.1:${port}/`))).toBe('too-large');
    expect(sent).toBeLessThan(30e6);
  });

  test('a drip ends at the deadline', async () => {
    const port = await serve((_request, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    const call = guarded(['127.0.0.1'])(`http://127.0.0.1:${port}/`, {}, { deadlineMs: 200 });
    expect(await categoryOf(call)).toBe('timeout');
  });

  test('a redirect is not followed', async () => {
    const asked: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(307, { location: '/inner' }).end();
    });
    expect(await categoryOf(guarded(['127.0.0.1'])(`http://127.0.0.1:${port}/`))).toBe('redirected');
    expect(asked).toEqual(['/']);
  });

  test('a form is posted and the answer read', async () => {
    const port = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        response.writeHead(400, { 'content-type': 'application/json', 'set-cookie': 'a=b' });
        response.end(JSON.stringify({ body, encoding: request.headers['accept-encoding'] }));
      });
    });
    const answer = await guarded(['localhost'])(`http://localhost:${port}/`, {
      method: 'POST',
      body: new URLSearchParams({ code: 'a b' }),
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await answer.json()).toEqual({ body: 'code=a+b', encoding: 'identity' });
  });

  test('nobody there', async () => {
    const port = await serve(() => {});
    await opened.splice(0)[0]!.close();
    expect(await categoryOf(guarded(['127.0.0.1'])(`http://127.0.0.1:${port}/`))).toBe('unreachable');
  });
});
