import { afterAll, beforeAll, expect } from 'vitest';
import { PLANS } from './plans/plans.ts';
import { startRelyingPartyGround } from './relying-party/ground.ts';
import type { RelyingPartyGround } from './relying-party/ground.ts';
import { ID_TOKENS } from './relying-party/id-tokens.ts';
import { testPlan } from './test-plan.ts';

let ground: RelyingPartyGround;

beforeAll(async () => {
  ground = await startRelyingPartyGround('id-token');
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

testPlan(PLANS.formPostImplicitRelyingParty, () => ground, {
  ...ID_TOKENS,

  async 'oidcc-client-test-scope-userinfo-claims'() {
    await ground.begin();
    await ground.succeeds();
    expect(ground.asked('/authorize')[0]?.query['scope']?.split(' ')).toEqual(
      expect.arrayContaining(['openid', 'profile', 'email']),
    );
    // Without an access token the claims stand in the ID token (Core 5.4).
    expect(ground.asked('/userinfo')).toEqual([]);
  },

  async 'oidcc-client-test-nonce-unless-code-flow'() {
    await ground.begin();
    await ground.succeeds();
    await ground.succeeds();
    const nonces = ground.asked('/authorize').map(({ query }) => query['nonce']);
    expect(nonces).toEqual([expect.stringMatching(/^[\w-]{22,}$/), expect.stringMatching(/^[\w-]{22,}$/)]);
    expect(new Set(nonces).size).toBe(2);
    expect(ground.asked('/authorize')[0]?.query['response_mode']).toBe('form_post');
  },
});
