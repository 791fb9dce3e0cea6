import { afterAll, beforeAll, expect, test } from 'vitest';
import { startActingStage } from '../support/acting.ts';
import { STOCK } from '../support/acting.ts';
import type { ActingStage } from '../support/acting.ts';
import { ORDERS } from '../support/api-resources.ts';

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

test('a signed token, which cannot be taken back, is exchanged for nothing: whole, bent, or by its id', async () => {
  const { backend, shop } = stage;
  await stage.allowed(shop, stage.stock, ['orders:read']);
  const signed = (await stage.tokenOf(shop, { resource: STOCK })).access_token!;
  const [header = '', payload = '', signature = ''] = signed.split('.');
  const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud: string; jti: string };
  expect(said.aud).toBe(STOCK);
  const outcome = async (token: string): Promise<unknown[]> => {
    const { status, body } = await stage.exchange(backend, token);
    return [status, body.error, body['error_description']];
  };
  const refused = 'a signed subject_token is not exchanged: give the API that it is for opaque tokens';
  const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`;
  for (const token of [signed, `${header}.${payload}.${signature.slice(0, -4)}AAAA`, none]) {
    expect(await outcome(token)).toEqual([400, 'invalid_request', refused]);
  }
  expect(await outcome(said.jti)).toEqual([400, 'invalid_request', 'subject_token is invalid']);
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

test('what the user allowed at one API is not had at another whose scope has the same name', async () => {
  const { backend, orders, stock } = stage;
  const tickets = await stage.register('Tickets', { firstParty: false });
  await stage.allowed(tickets, orders, ['orders:read']);
  await stage.consentTo(tickets, { scope: 'openid orders:read', resource: ORDERS });
  const token = (await stage.tokenOf(tickets)).access_token;
  const outcome = async (subject: unknown, more: Record<string, string> = {}): Promise<unknown[]> => {
    const { status, body } = await stage.exchange(backend, subject, more);
    return [status, body.error ?? body['scope']];
  };
  expect(await outcome(token)).toEqual([400, 'invalid_scope']);
  expect(await outcome(token, { scope: 'orders:read' })).toEqual([400, 'invalid_scope']);
  // At the same API it may be had, and is no way to the other one: the first application is whom the user allowed it.
  const again = await stage.exchange(backend, token, { resource: ORDERS });
  expect(again.body['scope']).toBe('orders:read');
  expect(await outcome(again.body.access_token)).toEqual([400, 'invalid_scope']);

  await stage.allowed(tickets, stock, ['orders:read', 'orders:write']);
  await stage.consentTo(tickets, { scope: 'openid orders:write', resource: STOCK });
  expect(await outcome(token)).toEqual([400, 'invalid_scope']);
  await stage.consentTo(tickets, { scope: 'openid orders:read orders:write', resource: STOCK });
  for (const subject of [token, again.body.access_token]) expect(await outcome(subject)).toEqual([200, 'orders:read']);
});

test('what was exchanged ends when the user takes back what the first application was allowed', async () => {
  const { backend, orders } = stage;
  await stage.withdraw();
  const offline = await stage.register('Offline', { firstParty: false, offline: true });
  await stage.allowed(offline, orders, ['orders:read']);
  const asked = { scope: 'openid orders:read', resource: ORDERS };
  await stage.consentTo(offline, asked);
  const began = (await stage.tokenOf(offline)).access_token;
  const first = (await stage.exchange(backend, began, { resource: ORDERS })).body.access_token;
  const second = (await stage.exchange(backend, first, { resource: ORDERS })).body.access_token;
  const outcome = async (token: unknown): Promise<unknown[]> => {
    const told = await stage.ask('/oauth2/introspect', stage.shop, { token: String(token) });
    return [told['active'], (await stage.exchange(backend, token, { resource: ORDERS })).body.error];
  };
  for (const token of [began, first, second]) expect(await outcome(token)).toEqual([true, undefined]);
  await stage.withdraw();
  for (const token of [began, first, second]) expect(await outcome(token)).toEqual([false, 'invalid_request']);
  // What is allowed anew begins anew.
  await stage.consentTo(offline, asked);
  for (const token of [began, first, second]) expect(await outcome(token)).toEqual([false, 'invalid_request']);
});
