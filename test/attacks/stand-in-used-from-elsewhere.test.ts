import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStandIn } from '../../src/stand-ins/start-stand-in.ts';
import type { RunningStandIn } from '../../src/stand-ins/start-stand-in.ts';

/** A stand-in logs in whoever clicks: no page of somebody else may click, and no other machine may reach it. */
let running: RunningStandIn;
let origin: string;

beforeAll(async () => {
  running = await startStandIn({
    as: 'any',
    port: 0,
    redirectUris: ['http://localhost:3000/login/callback'],
    people: [],
  });
  origin = running.standIn.origin;
});
afterAll(async () => running.standIn.close());

test('it listens on 127.0.0.1', () => {
  expect(new URL(origin).hostname).toBe('127.0.0.1');
});

test.each(['/', '/auth', '/.well-known/openid-configuration', '/__double/journal'])(
  'a name that leads here by DNS (rebinding) gets nothing at %s',
  async (path) => {
    const { statusCode } = await request(`${origin}${path}`, { headers: { host: 'rebound.fabrikam-trading.example' } });
    expect(statusCode).toBe(421);
  },
);

test.each([
  ['POST', '/workbench/choose'],
  ['POST', '/workbench/faults'],
  ['PUT', '/__double/users'],
  ['DELETE', '/__double/journal'],
] as const)('a page of another site changes nothing: %s %s', async (method, path) => {
  for (const from of ['https://fabrikam-trading.example', 'null', 'http://127.0.0.1:1']) {
    const { statusCode } = await request(`${origin}${path}`, { method, headers: { origin: from }, body: '[]' });
    expect(statusCode).toBe(403);
  }
});

test('its page is not framed', async () => {
  const { headers } = await request(`${origin}/`);
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
});

test('with redirect URIs given, no other one is answered', async () => {
  const query = new URLSearchParams({
    client_id: 'gatehouse',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: 'https://fabrikam-trading.example/callback',
  });
  const answer = await request(`${origin}/auth?${query}`);
  expect(answer.statusCode).toBe(400);
  expect(answer.headers['location']).toBeUndefined();
});
