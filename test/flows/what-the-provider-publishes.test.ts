import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => service.close());

test.each(['/.well-known/openid-configuration', '/oauth2/keys'])(
  '%s may be kept, and is not sent again to whom has it',
  async (path) => {
    const first = await fetch(service.url + path);
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('public, max-age=300');
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    // Not by fetch: it adds `Cache-Control: no-cache` to a condition of ours, which asks for the whole.
    const second = await request(service.url + path, { headers: { 'if-none-match': etag } });
    expect([second.statusCode, await second.body.text(), second.headers['etag']]).toEqual([304, '', etag]);
    const other = await request(service.url + path, { headers: { 'if-none-match': '"another"' } });
    expect([other.statusCode, await other.body.json()]).toEqual([200, await first.json()]);
  },
);

test.each(['/oauth2/nothing', '/oauth2', '/oauth2/', '/.well-known/nothing', '/.well-known/'])(
  '%s says that there is nothing, as programs read it',
  async (path) => {
    const answer = await fetch(service.url + path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/^application\/(?:problem\+)?json/);
    expect(await answer.text()).not.toBe('Not Found');
  },
);

test('a password manager is led to where a password is changed', async () => {
  const answer = await fetch(`${service.url}/.well-known/change-password`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account']);
});
