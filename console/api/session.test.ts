import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSession, LoginNeeded, LoginRefused } from './session.ts';

const ORIGIN = 'https://id.northwind.example';
const ANSWER = `${ORIGIN}/console/callback?state=s1&iss=${encodeURIComponent(ORIGIN)}`;

beforeEach(() => {
  const kept = new Map([['login.s1', JSON.stringify({ verifier: 'v', nonce: 'n', returnTo: '/console/users' })]]);
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    removeItem: (name: string) => kept.delete(name),
  });
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ issuer: ORIGIN })));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** What the console makes of an error that the service sends it in the place of a code. */
const refusedWith = async (error: string): Promise<unknown> =>
  createSession(ORIGIN)
    .finishLogIn(new URL(`${ANSWER}&error=${error}`))
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );

test('a user without a role is refused', async () => {
  expect(await refusedWith('access_denied')).toBeInstanceOf(LoginRefused);
});

test('where a page would be needed, so is a login', async () => {
  expect(await refusedWith('login_required')).toBeInstanceOf(LoginNeeded);
});

test('a fault of the service is no missing role', async () => {
  const thrown = await refusedWith('server_error');
  expect(thrown).toBeInstanceOf(Error);
  expect(thrown).not.toBeInstanceOf(LoginRefused);
  expect(thrown).not.toBeInstanceOf(LoginNeeded);
});
