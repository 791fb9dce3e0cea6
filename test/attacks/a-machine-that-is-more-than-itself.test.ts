import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiResource } from '../../src/applications/resources/api-resource.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { allow, makeApiResource, makeMachine, ORDERS } from '../support/api-resources.ts';
import { makeApplication, makeManaged, makeRoot } from '../support/fixtures.ts';
import { askForTokens, authorizeUrl } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a machine application acts for itself, for what its owner allowed, as long as both exist.

let service: TestService;
let root: Organization;
let contoso: Organization;
let orders: ApiResource;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  orders = await makeApiResource(service, contoso);
});
afterAll(async () => service?.close());

async function machineOf(owner: Organization, resource: ApiResource) {
  const machine = await makeMachine(service, owner);
  await allow(service, owner, machine.application, resource, ['orders:read']);
  const ask = async (form: Record<string, string> = {}) =>
    askForTokens(
      service,
      { ...machine, redirectUri: '' },
      { grant_type: 'client_credentials', resource: ORDERS, ...form },
    );
  expect((await ask()).status).toBe(200);
  return { ...machine, ask };
}

test('nothing is given once its organization is suspended, at once', async () => {
  const machine = await machineOf(contoso, orders);
  const suspend = async (suspendedAt: Date | null) =>
    service.database.db.updateTable('organization').set({ suspendedAt }).where('id', '=', contoso.id).execute();
  await suspend(service.clock.now());
  expect((await machine.ask()).body.error).toBe('unauthorized_client');
  await suspend(null);
  expect((await machine.ask()).status).toBe(200);
});

test('nothing is given once it is removed, or its permission, at once', async () => {
  const machine = await machineOf(contoso, orders);
  await allow(service, contoso, machine.application, orders, []);
  expect((await machine.ask()).body.error).toBe('invalid_target');
  await service.database.db.deleteFrom('application').where('id', '=', machine.application.id).execute();
  expect((await machine.ask()).body.error).toBe('invalid_client');
});

test('it has no person: no login, no refresh token, no authorization code', async () => {
  const machine = await machineOf(contoso, orders);
  const asked = authorizeUrl(service, { ...machine, redirectUri: 'https://app.example/' });
  const answer = await fetch(asked, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  for (const form of [
    { grant_type: 'refresh_token', refresh_token: 'x' },
    { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://app.example/', code_verifier: 'x' },
  ]) {
    expect((await machine.ask(form)).body.error).toBe('unauthorized_client');
  }
});

test('it gets no scope that speaks of people, and no token for nothing', async () => {
  const machine = await machineOf(contoso, orders);
  expect((await machine.ask({ scope: 'openid' })).body.error).toBe('invalid_scope');
  expect((await machine.ask({ scope: 'orders:read api' })).body.error).toBe('invalid_scope');
  const none = await makeMachine(service, contoso);
  const form = { grant_type: 'client_credentials' };
  expect((await askForTokens(service, { ...none, redirectUri: '' }, form)).body.error).toBe('invalid_target');
});

test('an application for people cannot act as a machine, and a machine always authenticates', async () => {
  const redirectUris = ['https://app.example/'];
  for (const kind of ['web', 'browser'] as const) {
    const made = await makeApplication(service, contoso, { kind, firstParty: false, redirectUris });
    await allow(service, contoso, made.application, orders, ['orders:read']);
    const by = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri: '' };
    const form = { grant_type: 'client_credentials', resource: ORDERS };
    expect((await askForTokens(service, by, form)).body.error).toBe('unauthorized_client');
  }
  const machine = await machineOf(contoso, orders);
  const without = { clientId: machine.clientId, clientSecret: null, redirectUri: '' };
  const form = { grant_type: 'client_credentials', resource: ORDERS };
  expect((await askForTokens(service, without, form)).body.error).toBe('invalid_client');
});

test.each([
  { redirectUris: ['https://app.example/'] },
  { refreshTokens: true },
  { firstParty: true },
  { initiateLoginUri: 'https://app.example/in' },
  { backchannelLogoutUri: 'https://app.example/out' },
])('it is not registered with what belongs to logins: %o', async (settings) => {
  const machine = { kind: 'machine' as const, firstParty: false, refreshTokens: false, redirectUris: [] };
  await expect(makeApplication(service, root, { ...machine, ...settings })).rejects.toMatchObject({
    fields: expect.arrayContaining([expect.objectContaining({ code: 'machine-without-people' })]),
  });
});

test('a signed token is neither asked about nor revoked here: it says so itself, to everybody alike', async () => {
  const machine = await machineOf(contoso, orders);
  const other = await makeMachine(service, root);
  const token = String((await machine.ask()).body.access_token);
  for (const path of ['introspect', 'revoke']) {
    for (const by of [machine, other]) {
      const answer = await fetch(`${service.url}/oauth2/${path}`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${by.clientId}:${by.clientSecret}`)}` },
        body: new URLSearchParams({ token }),
      });
      expect([path, await answer.json()]).toEqual([path, expect.objectContaining({ error: 'unsupported_token_type' })]);
    }
  }
});
