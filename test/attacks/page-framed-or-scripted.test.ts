import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRoot } from '../support/fixtures.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: one page without the headers was enough to be framed under somebody's mouse, or to run what was injected.

let service: TestService;

beforeAll(async () => {
  service = await startService();
  await makeRoot(service);
});
afterAll(async () => service?.close());

test.each([
  '/',
  '/login/forgot',
  '/login/trouble',
  '/login/emergency',
  '/login/nobody-knows-this-one',
  '/login/invitation/none',
  '/login/callback?state=x',
  '/oauth2/authorize?client_id=nobody',
  '/logout',
  '/console/',
  '/nothing-here',
  '/api/v1/me',
])('cannot happen to %s', async (path) => {
  const { headers } = await fetch(`${service.url}${path}`, { redirect: 'manual' });
  const policy = (headers.get('content-security-policy') ?? '').split(/; */);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("default-src 'none'");
  expect(policy.filter((part) => /unsafe|\*|https?:(?!\S*localhost)/.test(part))).toEqual([]);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toMatch(/^(no-referrer|same-origin)$/);
  expect(headers.get('cache-control')).toMatch(/no-store|no-cache/);
});
