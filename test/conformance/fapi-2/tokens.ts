import { expect } from 'vitest';
import type { Bent } from '../../support/high-security-application.ts';
import type { Check, Checks } from '../test-plan.ts';
import { expectRefused } from './ground.ts';
import type { Fapi2Ground } from './ground.ts';

const named = (name: string): string => `fapi2-security-profile-final-${name}`;
const now = (): number => Math.floor(Date.now() / 1000);

/** A request with such an assertion is refused, where it is pushed and where tokens are asked for. */
function refusesAssertion(bent: (ground: Fapi2Ground) => NonNullable<Bent['assertion']>): Check<Fapi2Ground> {
  return async (ground) => {
    const code = await ground.code();
    expectRefused(await ground.client.redeem(code, { assertion: bent(ground) }), 'invalid_client');
    const pushed = await ground.client.push({ scope: 'openid' }, { proof: null, assertion: bent(ground) });
    expectRefused(pushed, 'invalid_client');
    // Nothing else was wrong: with the usual one the same code gives tokens.
    expect((await ground.client.redeem(code)).status).toBe(200);
  };
}

/** The token endpoint and client assertions. */
export const TOKENS: Checks<Fapi2Ground> = {
  async [named('ensure-client-id-in-token-endpoint')](ground) {
    const { clientId } = ground.client2;
    const pretended = { assertion: { iss: clientId, sub: clientId }, form: { client_id: clientId } };
    const code = await ground.code();
    expectRefused(await ground.client.redeem(code, pretended), 'invalid_client');
    expectRefused(await ground.client.push({}, { proof: null, ...pretended }), 'invalid_client');
  },

  async [named('ensure-authorization-code-is-bound-to-client')](ground) {
    const code = await ground.code();
    const form = { redirect_uri: ground.client.redirectUri };
    expectRefused(await ground.client2.redeem(code, { form }), 'invalid_grant');
  },

  async [named('attempt-reuse-authorization-code-after-one-second')](ground) {
    const code = await ground.code();
    const first = await ground.client.redeem(code);
    const accessToken = String(first.body.access_token);
    expect((await ground.client.userinfo(accessToken)).status).toBe(200);
    ground.provider.service.clock.advance(1);
    expectRefused(await ground.client.redeem(code), 'invalid_grant');
    expect((await ground.client.userinfo(accessToken)).status).toBe(401);
  },

  async [named('ensure-token-endpoint-fails-with-expired-auth-code')](ground) {
    const code = await ground.code();
    const { clock } = ground.provider.service;
    clock.advance(62);
    try {
      expectRefused(await ground.client.redeem(code), 'invalid_grant');
    } finally {
      clock.advance(-62);
    }
  },

  async [named('ensure-pkce-code-verifier-required')](ground) {
    const code = await ground.code();
    expectRefused(await ground.client.redeem(code, { form: { code_verifier: undefined } }), 'invalid_grant');
  },

  async [named('incorrect-pkce-code-verifier-rejected')](ground) {
    const code = await ground.code();
    expectRefused(await ground.client.redeem(code, { form: { code_verifier: 'x'.repeat(43) } }), 'invalid_grant');
  },

  async [named('ensure-client-assertion-in-token-endpoint')](ground) {
    const code = await ground.code();
    const without = { assertion: null, form: { client_id: ground.client.clientId } };
    expectRefused(await ground.client.redeem(code, without), 'invalid_client');
  },

  [named('ensure-signed-client-assertion-with-RS256-fails')]: refusesAssertion(({ rsa }) => ({
    alg: 'RS256',
    key: rsa,
  })),
  [named('ensure-client-assertion-with-exp-is-5-minutes-in-past-fails')]: refusesAssertion(() => ({
    exp: now() - 300,
  })),
  [named('ensure-client-assertion-with-wrong-aud-fails')]: refusesAssertion(() => ({ aud: 'https://suite.example' })),
  [named('ensure-client-assertion-with-no-sub-fails')]: refusesAssertion(() => ({ sub: undefined })),
  [named('par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails')]: refusesAssertion(() => ({
    iat: now() + 65,
    nbf: now() + 65,
    exp: now() + 125,
  })),
  [named('par-test-array-as-audience-fails')]: refusesAssertion(({ provider }) => ({
    aud: [provider.service.url, 'https://suite.example'],
  })),
  [named('par-test-par-endpoint-url-as-audience-fails')]: refusesAssertion(({ provider }) => ({
    aud: provider.metadata['pushed_authorization_request_endpoint'],
  })),
  [named('par-test-token-endpoint-url-as-audience-fails')]: refusesAssertion(({ provider }) => ({
    aud: provider.metadata['token_endpoint'],
  })),

  async [named('par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted')](ground) {
    const ahead = { assertion: { iat: now() + 8, nbf: now() + 8 } };
    await ground.complete({ push: { proof: null, ...ahead }, redeem: ahead });
  },
};
