import { afterAll, beforeAll, expect } from 'vitest';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { PLANS } from './plans/plans.ts';
import { testPlan } from './test-plan.ts';

const ISSUER = 'https://sso.example';
let service: TestService;

beforeAll(async () => {
  service = await startService({ publicUrl: ISSUER });
});
afterAll(async () => {
  await service?.close();
});

/** Reads a document of the service by its public address. */
async function read(address: string): Promise<Response> {
  const { pathname } = new URL(address);
  expect(new URL(address).origin).toBe(ISSUER);
  return fetch(`http://127.0.0.1:${service.port}${pathname}`);
}

testPlan(PLANS.config, () => service, {
  async 'oidcc-discovery-endpoint-verification'() {
    const answer = await read(`${ISSUER}/.well-known/openid-configuration`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^application\/json/),
    ]);
    const document = (await answer.json()) as Record<string, unknown>;
    expect(document).toMatchObject({
      issuer: ISSUER,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']),
      scopes_supported: expect.arrayContaining(['openid']),
      claims_supported: expect.arrayContaining(['sub']),
      grant_types_supported: expect.arrayContaining(['authorization_code']),
      code_challenge_methods_supported: ['S256'],
      claims_parameter_supported: expect.any(Boolean),
      request_uri_parameter_supported: false,
    });
    const addresses = Object.entries(document).filter(([name]) => /(?:_endpoint|_uri)$/.test(name));
    const named = addresses.map(([name]) => name);
    expect(named).toEqual(
      expect.arrayContaining(['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri']),
    );
    expect(addresses.filter(([, address]) => new URL(String(address)).protocol !== 'https:')).toEqual([]);
    expect(
      (document['scopes_supported'] as string[]).filter((scope) => !/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope)),
    ).toEqual([]);

    const { keys } = (await (await read(String(document['jwks_uri']))).json()) as { keys: Record<string, unknown>[] };
    expect(keys.length).toBeGreaterThan(0);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
    for (const key of keys) {
      expect(key).toMatchObject({ kty: expect.stringMatching(/^(?:RSA|EC)$/), use: 'sig', kid: expect.any(String) });
      expect(Object.keys(key).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'].includes(name))).toEqual(
        [],
      );
    }
    // An application may ask for any algorithm that is published: a key for each stands there.
    const kinds = new Set(keys.map(({ kty }) => (kty === 'RSA' ? 'RS256' : 'ES256')));
    expect(document['id_token_signing_alg_values_supported']).toEqual(expect.arrayContaining([...kinds]));
    expect([...kinds].toSorted()).toEqual(['ES256', 'RS256']);
  },
});
