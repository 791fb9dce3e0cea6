import { afterAll, beforeAll, expect, test } from 'vitest';
import { startActingStage } from '../support/acting.ts';
import type { ActingStage } from '../support/acting.ts';

// Lesson: an exchange gives nothing that was taken away meanwhile, that was given for elsewhere, or that a key guards.

let stage: ActingStage;
beforeAll(async () => {
  stage = await startActingStage();
});
afterAll(async () => stage?.close());

test('a token that is bound to a key does not become one that opens to everybody', async () => {
  const { backend, shop } = stage;
  const bound = await stage.boundTokenOf(shop);
  const { status, body } = await stage.exchange(backend, bound.access_token);
  expect([status, body.error, body.access_token]).toEqual([400, 'invalid_request', undefined]);
});

test('a token is worth nothing once its application may not ask for its API, or for one of its scopes', async () => {
  const { backend, shop, orders } = stage;
  const both = ['orders:read', 'orders:write'];
  const tokens = [await stage.tokenOf(shop), await stage.tokenOf(shop, { scope: `openid ${both.join(' ')}` })];
  const [narrow, wide] = tokens.map((given) => given.access_token);
  const outcome = async (token: unknown) => {
    const { status, body } = await stage.exchange(backend, token);
    const told = await stage.ask('/oauth2/introspect', shop, { token: String(token) });
    return [status, body.error, told['active']];
  };
  const taken = [400, 'invalid_request', false];
  await stage.allowed(shop, orders, ['orders:read']);
  expect(await outcome(wide)).toEqual(taken);
  expect(await outcome(narrow)).toEqual([200, undefined, true]);
  await stage.allowed(shop, orders, []);
  expect(await outcome(narrow)).toEqual(taken);
  await stage.allowed(shop, orders, both);
  expect(await outcome(wide)).toEqual([200, undefined, true]);
});
