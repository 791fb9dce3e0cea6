import { afterAll, beforeAll, expect } from 'vitest';
import { PLANS } from './plans/plans.ts';
import { startRelyingPartyGround } from './relying-party/ground.ts';
import type { RelyingPartyGround } from './relying-party/ground.ts';
import { UNSIGNED } from './relying-party/id-tokens.ts';
import { testPlan } from './test-plan.ts';

let ground: RelyingPartyGround;

beforeAll(async () => {
  // The provider of the suite's place: some modules replace all of its keys at once.
  ground = await startRelyingPartyGround('code', { GATEHOUSE_PROVIDERS_WITHOUT_HOLD: '127.0.0.3' });
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

testPlan(PLANS.configRelyingParty, () => ground, {
  async 'oidcc-client-test-discovery-openid-config'() {
    await ground.begin();
    expect(ground.asked('/.well-known/openid-configuration')).not.toEqual([]);
    await ground.succeeds();
  },

  async 'oidcc-client-test-discovery-jwks-uri-keys'() {
    await ground.begin();
    expect(ground.asked('/jwks')).not.toEqual([]);
    await ground.succeeds();
    // Nothing to check by: such a document is not taken.
    const metadata = { kind: 'change', members: { jwks_uri: null } } as const;
    await expect(ground.begin({ http: { metadata } })).rejects.toThrow('discovery.endpoint-missing');
  },

  async 'oidcc-client-test-discovery-issuer-mismatch'() {
    await ground.begin();
    const metadata = { kind: 'change', members: { issuer: 'https://somebody-else.example' } } as const;
    await expect(ground.begin({ http: { metadata } })).rejects.toThrow('issuer');
    // What was saved before is still in force.
    ground.hostile.provider.setFaults({});
    await ground.succeeds();
  },

  'oidcc-client-test-idtoken-sig-none': UNSIGNED,

  async 'oidcc-client-test-signing-key-rotation-just-before-signing'() {
    await ground.begin();
    const { provider } = ground.hostile;
    provider.beforeToken = async () => {
      provider.beforeToken = undefined;
      provider.rotateKeys();
    };
    ground.hostile.service.clock.advance(31);
    await ground.succeeds();
  },

  async 'oidcc-client-test-signing-key-rotation'() {
    await ground.begin();
    await ground.succeeds();
    ground.hostile.provider.rotateKeys();
    ground.hostile.service.clock.advance(31);
    await ground.succeeds();
  },
});
