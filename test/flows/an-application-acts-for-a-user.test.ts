import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { startActingStage, STOCK } from '../support/acting.ts';
import type { ActingStage } from '../support/acting.ts';
import { ORDERS } from '../support/api-resources.ts';

let stage: ActingStage;
beforeAll(async () => {
  stage = await startActingStage();
});
afterAll(async () => stage?.close());

test('it exchanges the user’s access token for one that says who acts, for the API behind it', async () => {
  const { service, shop, backend, maria } = stage;
  const token = await stage.tokenOf(shop);
  const { status, body } = await stage.exchange(backend, token.access_token);
  expect([status, body]).toMatchObject([
    200,
    {
      token_type: 'Bearer',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope: 'orders:read',
    },
  ]);
  expect(body.refresh_token).toBeUndefined();
  const keys = createRemoteJWKSet(new URL('/oauth2/keys', service.url));
  const checks = { issuer: service.url, audience: STOCK, typ: 'at+jwt' };
  const { payload } = await jwtVerify(body.access_token!, keys, checks);
  expect(payload).toMatchObject({
    sub: formatId('usr', maria.userId),
    client_id: backend.clientId,
    act: { sub: backend.clientId },
    org_id: formatId('org', maria.organizationId),
    scope: 'orders:read',
  });
  // The API of stock allows an hour; the token presented has ten minutes.
  expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(600);

  const events = await service.database.db
    .selectFrom('auditEvent')
    .select(['organizationId', 'userId', 'details'])
    .where('kind', '=', 'application.acted')
    .execute();
  expect(events).toMatchObject([
    {
      organizationId: maria.organizationId,
      userId: maria.userId,
      details: { application: backend.clientId, resource: STOCK, scope: 'orders:read' },
    },
  ]);
});

test('an opaque one tells by introspection who acts, and who acted before', async () => {
  const { shop, backend } = stage;
  const first = await stage.exchange(backend, (await stage.tokenOf(shop)).access_token, { resource: ORDERS });
  const told = await stage.ask('/oauth2/introspect', shop, { token: first.body.access_token! });
  expect(told).toMatchObject({ active: true, aud: ORDERS, client_id: backend.clientId });
  expect(told['act']).toEqual({ sub: backend.clientId });
  const second = await stage.exchange(backend, first.body.access_token);
  const claims = JSON.parse(atob(second.body.access_token!.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')));
  expect(claims.act).toEqual({ sub: backend.clientId, act: { sub: backend.clientId } });
});
