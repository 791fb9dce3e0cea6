import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: links with a secret in their address stood in access logs, which many more people read than mailboxes.

let service: TestService;
let log = '';

beforeAll(async () => {
  service = await startService({ log: { write: (line) => (log += line) } });
});
afterAll(async () => service.close());

test('no address, query, cookie, header or form of a request stands in the log', async () => {
  const secret = 'hush-7f3a9c51d2';
  const { url } = service;
  const cookie = `session=${secret}; known_device=${secret}`;
  const form = new URLSearchParams({ password: secret, code: secret, email: `${secret}@x.example` });
  const requests: [string, RequestInit][] = [
    [`/login/invitation/${secret}`, {}],
    [`/login/reset/${secret}`, {}],
    [`/login/recover/${secret}`, {}],
    [`/login/setup/${secret}`, {}],
    [`/login/callback?code=${secret}&state=${secret}`, {}],
    [`/login/${secret}`, { method: 'POST', body: form, headers: { origin: url } }],
    [`/oauth2/authorize?client_id=start&login_hint=${secret}&nonce=${secret}`, {}],
    [
      '/oauth2/token',
      {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: secret, client_secret: secret }),
      },
    ],
    [`/logout?id_token_hint=${secret}`, {}],
    [`/api/v1/me?access_token=${secret}`, { headers: { authorization: `Bearer ${secret}${secret}` } }],
    [`/api/v1/${secret}`, {}],
    [`/nothing/${secret}`, {}],
    [`/api/v1/organizations/%zz${secret}`, {}],
  ];
  for (const [path, init] of requests) {
    await fetch(`${url}${path}`, {
      redirect: 'manual',
      ...init,
      headers: { cookie, ...(init.headers as Record<string, string>) },
    });
  }
  // The log was written: every request that has a route.
  expect(log.split('request completed').length).toBeGreaterThan(requests.length - 3);
  expect(log.split('\n').filter((line) => line.includes(secret))).toEqual([]);
});
