import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { startActingStage } from '../support/acting.ts';
import type { ActingStage } from '../support/acting.ts';
import { apiClient } from '../support/api-client.ts';
import { allow, makeApiResource, ORDERS } from '../support/api-resources.ts';
import { makeManaged } from '../support/fixtures.ts';
import { addApiToken } from '../support/people.ts';

// Lesson: an exchange of tokens gives to whoever asks what the user gave to somebody else.

let stage: ActingStage;
let token: string;
beforeAll(async () => {
  stage = await startActingStage();
  token = (await stage.tokenOf(stage.shop)).access_token!;
});
afterAll(async () => stage?.close());

test('an application that was not allowed to acts for nobody, nor does one without a secret', async () => {
  const { shop, register } = stage;
  expect((await stage.exchange(shop, token)).body.error).toBe('unauthorized_client');
  expect((await stage.exchange({ ...stage.backend, clientSecret: 'wrong' }, token)).body.error).toBe('invalid_client');
  await expect(register('Browser', { kind: 'browser', actsForUsers: true })).rejects.toThrow('input.malformed');
});

test('only an administrator of the root allows it', async () => {
  const { service, contoso } = stage;
  const ground = { db: service.database.db, clock: service.clock };
  const api = apiClient(service.url, await addApiToken(ground, contoso, 'administrator'));
  const path = `/organizations/${formatId('org', contoso.id)}/applications`;
  const asked = { name: 'Actor', kind: 'web', redirectUris: ['https://actor.contoso.example/back'] };
  expect((await api.send('POST', path, { ...asked, actsForUsers: true })).status).toBe(403);
  const made = await api.send('POST', path, asked);
  const change = { actsForUsers: true, version: 1 };
  expect((await api.send('PATCH', `${path}/${made.body.application.id}`, change)).status).toBe(403);
});

test('no token passes for the user’s own: nobody is left out of act, and nobody else is put into it', async () => {
  const { backend } = stage;
  for (const bent of [
    { actor_token: token, actor_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
    { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
    { subject_token_type: undefined },
    { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
    { subject_token: undefined },
  ]) {
    expect([bent, (await stage.exchange(backend, token, bent)).body.error]).toEqual([bent, 'invalid_request']);
  }
});

test('never more scopes than the token presented has, or the application may ask for', async () => {
  const { backend } = stage;
  for (const scope of ['orders:read orders:write', 'orders:write', 'openid', 'orders:read openid']) {
    expect([scope, (await stage.exchange(backend, token, { scope })).body.error]).toEqual([scope, 'invalid_scope']);
  }
  const wide = await stage.tokenOf(stage.shop, { scope: 'openid orders:write' });
  const toOrders = { resource: ORDERS, scope: 'orders:write' };
  expect((await stage.exchange(backend, wide.access_token, toOrders)).body.error).toBe('invalid_scope');
  for (const resource of [`${stage.service.url}/api/v1`, 'https://payroll.northwind.example', undefined]) {
    expect([resource, (await stage.exchange(backend, token, { resource })).body.error]).toEqual([
      resource,
      'invalid_target',
    ]);
  }
});

test('never for longer: an exchange of an exchange does not live on', async () => {
  const { service, backend } = stage;
  const began = (await stage.tokenOf(stage.shop)).access_token;
  service.clock.advance(300);
  const first = await stage.exchange(backend, began, { resource: ORDERS });
  expect(first.body['expires_in']).toBeLessThanOrEqual(301);
  service.clock.advance(200);
  const second = await stage.exchange(backend, first.body.access_token);
  expect(second.body['expires_in']).toBeLessThanOrEqual(101);
  service.clock.advance(120);
  expect((await stage.exchange(backend, first.body.access_token)).body.error).toBe('invalid_request');
});

test('a token of another owner’s application, one for no API, and anything else is no subject', async () => {
  const { backend, contoso, register, shop, tokenOf } = stage;
  const theirs = { audience: 'https://api.contoso.example', name: 'Contoso API', tokenFormat: 'opaque' } as const;
  const resource = await makeApiResource(stage.service, contoso, theirs);
  const foreign = await register('Contoso’s own', { firstParty: false }, contoso);
  const { db } = stage.service.database;
  const { id } = await db
    .selectFrom('application')
    .select('id')
    .where('clientId', '=', foreign.clientId)
    .executeTakeFirstOrThrow();
  await allow(stage.service, contoso, { id }, resource, ['orders:read']);
  await db.updateTable('application').set({ firstParty: true }).where('id', '=', id).execute();
  const own = (await tokenOf(shop, { scope: 'openid', resource: undefined })).access_token;
  const others = (await tokenOf(foreign, { resource: theirs.audience })).access_token;
  for (const subject of [
    own,
    others,
    'no token',
    (await tokenOf(shop)).id_token,
    (await tokenOf(shop)).refresh_token,
  ]) {
    expect((await stage.exchange(backend, subject)).body.error).toBe('invalid_request');
  }
});

test('nobody is acted for by an application that is not for their organization, nor by a token of one', async () => {
  const { service, root, stock, shop, backend } = stage;
  const { db } = service.database;
  const fresh = (await stage.tokenOf(shop)).access_token;
  const fabrikam = await makeManaged(service, root, 'Fabrikam');
  const narrow = await stage.register('Narrow', { actsForUsers: true, access: [fabrikam.id] });
  const idOf = async ({ clientId }: { clientId: string }) =>
    db.selectFrom('application').select('id').where('clientId', '=', clientId).executeTakeFirstOrThrow();
  const { id } = await idOf(narrow);
  await allow(service, root, { id }, stock, ['orders:read']);
  expect((await stage.exchange(narrow, fresh)).body.error).toBe('invalid_request');
  expect((await stage.exchange(backend, fresh)).status).toBe(200);

  const { id: applicationId } = await idOf(shop);
  const narrowed = { applicationId, organizationId: fabrikam.id, createdAt: service.clock.now() };
  await db.insertInto('applicationAccess').values(narrowed).execute();
  expect((await stage.exchange(backend, fresh)).body.error).toBe('invalid_request');
  await db.deleteFrom('applicationAccess').where('applicationId', '=', applicationId).execute();
});

test('it ends with what it came from, and with the rights of the user', async () => {
  const { service, backend, shop, maria } = stage;
  const began = await stage.tokenOf(shop);
  const { body } = await stage.exchange(backend, began.access_token, { resource: ORDERS });
  const isActive = async (): Promise<unknown> =>
    (await stage.ask('/oauth2/introspect', shop, { token: body.access_token! }))['active'];
  expect(await isActive()).toBe(true);
  await stage.ask('/oauth2/revoke', shop, { token: began.refresh_token! });
  expect(await isActive()).toBe(false);
  expect((await stage.exchange(backend, began.access_token)).body.error).toBe('invalid_request');

  const later = await stage.tokenOf(shop);
  await service.database.db
    .updateTable('appUser')
    .set({ accessUntil: new Date(service.clock.now().getTime() - 1000) })
    .where('id', '=', maria.userId)
    .execute();
  expect((await stage.exchange(backend, later.access_token)).body.error).toBe('invalid_request');
});

test('it ends with the session that it came from', async () => {
  const { service, backend, shop, maria } = stage;
  await service.database.db.updateTable('appUser').set({ accessUntil: null }).where('id', '=', maria.userId).execute();
  const began = await stage.tokenOf(shop);
  const { body } = await stage.exchange(backend, began.access_token, { resource: ORDERS });
  const isActive = async (): Promise<unknown> =>
    (await stage.ask('/oauth2/introspect', shop, { token: body.access_token! }))['active'];
  expect(await isActive()).toBe(true);
  // The person stays logged in, the application it came from is out of the session.
  const { payload } = await service.database.db
    .selectFrom('session')
    .select('payload')
    .where('userId', '=', maria.userId)
    .executeTakeFirstOrThrow();
  const setPayload = async (value: object): Promise<unknown> =>
    service.database.db
      .updateTable('session')
      .set({ payload: JSON.stringify(value) })
      .where('userId', '=', maria.userId)
      .execute();
  await setPayload({ ...(payload as object), authorizations: {} });
  expect(await isActive()).toBe(false);
  await setPayload(payload as object);
  expect(await isActive()).toBe(true);
  await service.database.db.deleteFrom('session').where('userId', '=', maria.userId).execute();
  expect(await isActive()).toBe(false);
  expect((await stage.exchange(backend, body.access_token)).body.error).toBe('invalid_request');
});
