import { expect } from 'vitest';
import { CALLBACK, NONCE, STATE } from '../provider-ground.ts';
import type { Checks } from '../test-plan.ts';
import { expectRefused } from './ground.ts';
import type { Fapi2Ground } from './ground.ts';

const named = (name: string): string => `fapi2-security-profile-final-${name}`;

/** A value that is long: stated whole, or the request is refused for it. */
async function longValue(ground: Fapi2Ground, name: 'nonce' | 'state', length: number): Promise<void> {
  const value = 'x'.repeat(length);
  const pushed = await ground.client.push({ [name]: value });
  if (pushed.status !== 201) return expectRefused(pushed, 'invalid_request');
  const { claims, answer } = await ground.complete({ pushed: { [name]: value } });
  expect(name === 'nonce' ? claims['nonce'] : answer.get('state')).toBe(value);
}

/** Discovery, the flow, and requests that are right though unusual. */
export const FLOW: Checks<Fapi2Ground> = {
  async [named('discovery-end-point-verification')]({ provider }) {
    expect(provider.metadata).toMatchObject({
      issuer: provider.service.url,
      response_types_supported: expect.arrayContaining(['code']),
      authorization_response_iss_parameter_supported: true,
      pushed_authorization_request_endpoint: expect.any(String),
      authorization_endpoint: expect.any(String),
      token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt']),
      token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['PS256', 'ES256', 'EdDSA']),
      id_token_signing_alg_values_supported: expect.arrayContaining(['ES256']),
      code_challenge_methods_supported: ['S256'],
      scopes_supported: expect.arrayContaining(['openid']),
      subject_types_supported: ['public'],
    });
    const proofs = provider.metadata['dpop_signing_alg_values_supported'] as string[];
    expect(proofs).toContain('ES256');
    expect(proofs.filter((alg) => !['ES256', 'PS256', 'EdDSA', 'Ed25519'].includes(alg))).toEqual([]);
    expect([undefined, false, true]).toContain(provider.metadata['require_pushed_authorization_requests']);
  },

  async [named('happy-flow')](ground) {
    const { claims, answer, accessToken } = await ground.complete();
    expect([answer.get('state'), claims['nonce']]).toEqual([STATE, NONCE]);
    const second = await ground.complete({}, ground.client2);
    expect([second.answer.get('dummy1'), second.answer.get('dummy2')]).toEqual(['lorem', 'ipsum']);
    // Bound to the key of the one: of no use with the key of the other, or without any.
    expect((await ground.client2.userinfo(accessToken)).status).toBe(401);
    expect((await ground.client.userinfo(accessToken, { proof: null })).status).toBe(401);
  },

  async [named('user-rejects-authentication')](ground) {
    for (const application of [ground.client, ground.client2]) {
      await using browser = ground.provider.open();
      const page = await browser.open(await ground.begin(application));
      const consent = await ground.provider.logIn(browser, page, await ground.provider.addPerson());
      const answer = ground.provider.answerOn(await browser.submit(consent, {}, { button: 'Don’t allow' }));
      expect([answer.get('error'), answer.get('state'), answer.has('code')]).toEqual(['access_denied', STATE, false]);
      expect(answer.get('iss')).toBe(ground.provider.service.url);
    }
  },

  async [named('ensure-authorization-request-without-state-success')](ground) {
    expect((await ground.complete({ pushed: { state: undefined } })).answer.has('state')).toBe(false);
  },

  async [named('ensure-authorization-request-without-nonce-success')](ground) {
    expect((await ground.complete({ pushed: { nonce: undefined } })).claims).not.toHaveProperty('nonce');
  },

  async [named('ensure-authorization-request-with-64-char-nonce-success')](ground) {
    const nonce = 'n'.repeat(64);
    expect((await ground.complete({ pushed: { nonce } })).claims['nonce']).toBe(nonce);
  },

  async [named('ensure-other-scope-order-succeeds')](ground) {
    const { claims } = await ground.complete({ pushed: { scope: 'email profile openid' } });
    expect(claims).toMatchObject({ email: expect.any(String), name: expect.any(String) });
  },

  async [named('test-claims-parameter-identity-claims')](ground) {
    const published = ground.provider.metadata['claims_supported'] as string[];
    const identity = published.filter((name) => ['name', 'email', 'email_verified'].includes(name));
    const each = Object.fromEntries([...identity, 'unheard_of'].map((name) => [name, null]));
    const asked = JSON.stringify({ id_token: each, userinfo: each });
    const { claims } = await ground.complete({ pushed: { scope: 'openid profile email', claims: asked } });
    expect(Object.keys(claims)).toEqual(expect.arrayContaining(identity));
  },

  async [named('access-token-type-header-case-sensitivity')](ground) {
    const { accessToken } = await ground.complete();
    for (const scheme of ['dpop', 'DPOP', 'DPoP']) {
      const answer = await ground.client.userinfo(accessToken, {
        headers: { authorization: `${scheme} ${accessToken}` },
      });
      expect([scheme, answer.status]).toEqual([scheme, 200]);
    }
  },

  [named('ensure-authorization-request-with-long-nonce')]: async (ground) => longValue(ground, 'nonce', 384),
  [named('ensure-authorization-request-with-long-state')]: async (ground) => longValue(ground, 'state', 1000),

  async [named('refresh-token')](ground) {
    const { client, client2 } = ground;
    const first = await ground.complete();
    const token = String(first.tokens.refresh_token);
    const again = await client.refresh(token);
    expect([again.status, again.body['token_type']]).toEqual([200, 'DPoP']);
    expect(again.body.refresh_token ?? token).toBe(token); // 5.3.2.1-9: no rotation
    const { claims } = await ground.provider.readIdToken(again.body.id_token, client);
    expect([claims.sub, claims['auth_time']]).toEqual([first.claims['sub'], first.claims['auth_time']]);
    expect((await client.userinfo(String(again.body.access_token))).status).toBe(200);

    expectRefused(await client.refresh(token, { proof: null }), 'invalid_grant');
    expectRefused(
      await client.refresh(token, { assertion: null, form: { client_id: client.clientId } }),
      'invalid_client',
    );
    expectRefused(await client2.refresh(token), 'invalid_grant');
    expect((await client.refresh(token)).status).toBe(200);
    const second = await ground.complete({}, client2);
    expect((await client2.refresh(String(second.tokens.refresh_token))).status).toBe(200);
    expectRefused(await client.refresh(String(second.tokens.refresh_token)), 'invalid_grant');
    expect(new URL(client2.redirectUri).origin).toBe(new URL(CALLBACK).origin);
  },
};
