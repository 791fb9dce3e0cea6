import { afterAll, beforeAll, expect } from 'vitest';
import { PLANS } from './plans/plans.ts';
import { startRelyingPartyGround } from './relying-party/ground.ts';
import type { RelyingPartyGround } from './relying-party/ground.ts';
import { ID_TOKENS, UNSIGNED } from './relying-party/id-tokens.ts';
import { testPlan } from './test-plan.ts';

let ground: RelyingPartyGround;

beforeAll(async () => {
  ground = await startRelyingPartyGround('code');
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

/** The ID token names nobody but by its subject: address and name have to come from userinfo. */
const SUBJECT_ALONE = { kind: 'claims', set: { email: null, email_verified: null, name: null } } as const;

testPlan(PLANS.basicRelyingParty, () => ground, {
  ...ID_TOKENS,
  'oidcc-client-test-idtoken-sig-none': UNSIGNED,

  async 'oidcc-client-test-scope-userinfo-claims'() {
    await ground.begin({ token: [SUBJECT_ALONE] });
    await ground.succeeds();
    expect(ground.asked('/authorize')[0]?.query['scope']?.split(' ')).toEqual(
      expect.arrayContaining(['openid', 'profile', 'email']),
    );
    const [asked] = ground.asked('/userinfo');
    expect(asked?.headers['authorization']).toMatch(/^Bearer /);
    expect(asked?.query).not.toHaveProperty('access_token');
  },

  async 'oidcc-client-test-userinfo-invalid-sub'() {
    const userinfo = { kind: 'change', members: { sub: 'somebody else' } } as const;
    await ground.begin({ token: [SUBJECT_ALONE], http: { userinfo } });
    await ground.isRefused();
    expect(ground.asked('/userinfo')).not.toEqual([]);
  },

  async 'oidcc-client-test-client-secret-basic'() {
    await ground.begin();
    ground.hostile.provider.clientAuthentication = 'client_secret_basic';
    await ground.succeeds();
    const last = ground.asked('/token').at(-1);
    expect(last?.headers['authorization']).toMatch(/^Basic /);
    expect(last?.form).not.toHaveProperty('client_secret');
  },
});
