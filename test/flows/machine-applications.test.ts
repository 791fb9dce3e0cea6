import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiResource } from '../../src/applications/resources/api-resource.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { allow, clientOf, makeApiResource, makeMachine, ORDERS } from '../support/api-resources.ts';
import { makeApplication, makeRoot } from '../support/fixtures.ts';
import { askForTokens } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let root: Organization;
let orders: ApiResource;
let machine: Awaited<ReturnType<typeof makeMachine>>;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  orders = await makeApiResource(service, root);
  machine = await makeMachine(service, root);
  await allow(service, root, machine.application, orders, ['orders:read', 'orders:write']);
});
afterAll(async () => service?.close());

const ask = async (form: Record<string, string>) =>
  askForTokens(service, { ...machine, redirectUri: '' }, { grant_type: 'client_credentials', ...form });

describe('a machine application', () => {
  it('gets a signed access token for an API resource, which the API verifies by itself', async () => {
    const config = await clientOf(service, machine);
    const answer = await client.clientCredentialsGrant(config, { resource: ORDERS, scope: 'orders:read' });
    expect(answer).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'orders:read' });
    expect([answer.id_token, answer.refresh_token]).toEqual([undefined, undefined]);
    const keys = createRemoteJWKSet(new URL('/oauth2/keys', service.url));
    const { payload, protectedHeader } = await jwtVerify(answer.access_token, keys, {
      issuer: service.url,
      audience: ORDERS,
      typ: 'at+jwt',
      algorithms: ['RS256'],
    });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) });
    expect(payload).toEqual({
      iss: service.url,
      aud: ORDERS,
      sub: machine.clientId,
      client_id: machine.clientId,
      scope: 'orders:read',
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: payload.iat! + 600,
    });
  });

  it('need not name the only API resource it may use, and gets all its scopes when it names none', async () => {
    const { status, body } = await ask({});
    expect([status, body['scope']]).toEqual([200, 'orders:read orders:write']);
  });

  it('has to name one of several', async () => {
    const stock = await makeApiResource(service, root, { audience: 'urn:northwind:stock', name: 'Stock' });
    await allow(service, root, machine.application, stock, ['orders:read']);
    expect((await ask({})).body.error).toBe('invalid_target');
    expect((await ask({ resource: 'urn:northwind:stock' })).body['scope']).toBe('orders:read');
    await allow(service, root, machine.application, stock, []);
  });

  it('is refused a scope it was not allowed, by name', async () => {
    const { status, body } = await ask({ resource: ORDERS, scope: 'orders:read orders:delete' });
    expect([status, body]).toEqual([400, expect.objectContaining({ error: 'invalid_scope', scope: 'orders:delete' })]);
  });

  it('costs one read, and a write once in ten minutes: one event', async () => {
    const fresh = await makeMachine(service, root, 'Counted');
    await allow(service, root, fresh.application, orders, ['orders:read']);
    const grant = async () => {
      const form = { grant_type: 'client_credentials', resource: ORDERS };
      expect((await askForTokens(service, { ...fresh, redirectUri: '' }, form)).status).toBe(200);
    };
    const events = async () =>
      service.database.db
        .selectFrom('auditEvent')
        .select('details')
        .where('kind', '=', 'application.token-issued')
        .where('actorName', '=', 'Counted')
        .execute();
    await grant();
    expect(await events()).toEqual([
      {
        details: {
          application: fresh.clientId,
          name: 'Counted',
          resource: ORDERS,
          scope: 'orders:read',
        },
      },
    ]);
    const counted = await service.countStatements(grant);
    expect({ statements: counted.statements, commits: counted.commits }).toEqual({ statements: 1, commits: 0 });
    service.clock.advance(601);
    const later = await service.countStatements(grant);
    // The application itself is read again: it is kept for five seconds.
    expect({ statements: later.statements, commits: later.commits }).toEqual({ statements: 3, commits: 1 });
    expect(await events()).toHaveLength(2);
  });

  it('authenticates with a key of its own instead of a secret', async () => {
    const { application } = await makeApplication(service, root, {
      name: 'Keyed',
      kind: 'machine',
      firstParty: false,
      refreshTokens: false,
      redirectUris: [],
      clientAuthentication: 'private_key_jwt',
      jwks: { keys: [await publicJwk()] },
    });
    await allow(service, root, application, orders, ['orders:read']);
    const config = await client.discovery(
      new URL(service.url),
      application.clientId,
      undefined,
      client.PrivateKeyJwt(pair.privateKey),
      // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out; meant for loopback
      { execute: [client.allowInsecureRequests] },
    );
    const answer = await client.clientCredentialsGrant(config, { resource: ORDERS });
    expect(answer.scope).toBe('orders:read');
  });
});

const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
async function publicJwk() {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return { kty, crv, x, y };
}
