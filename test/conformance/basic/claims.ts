import { expect } from 'vitest';
import { NAME } from '../provider-ground.ts';
import type { ProviderGround } from '../provider-ground.ts';
import type { Checks } from '../test-plan.ts';
import { completeFlow } from './flow.ts';

const ADDRESS = /^maria-\d+@northwind\.example$/;

async function askedBy(ground: ProviderGround, how: 'get' | 'post-header' | 'post-body'): Promise<void> {
  const { tokens, claims } = await completeFlow(ground);
  const answer = await ground.userInfo(tokens['access_token'], how);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toMatchObject({ sub: claims['sub'] });
}

/** A scope that is not offered: the answer says which were given (RFC 6749 3.3), and brings no claim of it. */
async function passedOver(ground: ProviderGround, scope: string, claim: string): Promise<void> {
  expect(ground.metadata['scopes_supported']).not.toContain(scope);
  const { tokens, userInfo } = await completeFlow(ground, { scope: `openid ${scope}` });
  expect(tokens['scope']).toBe('openid');
  expect(userInfo).not.toHaveProperty(claim);
}

/** Userinfo, and which scope brings which claims. */
export const CLAIMS: Checks<ProviderGround> = {
  'oidcc-userinfo-get': async (ground) => askedBy(ground, 'get'),
  'oidcc-userinfo-post-header': async (ground) => askedBy(ground, 'post-header'),
  'oidcc-userinfo-post-body': async (ground) => askedBy(ground, 'post-body'),

  async 'oidcc-scope-profile'(ground) {
    const { userInfo } = await completeFlow(ground, { scope: 'openid profile' });
    expect(userInfo['name']).toBe(NAME);
    expect(userInfo).not.toHaveProperty('email');
  },

  async 'oidcc-scope-email'(ground) {
    const { userInfo } = await completeFlow(ground, { scope: 'openid email' });
    expect(userInfo).toMatchObject({ email: expect.stringMatching(ADDRESS), email_verified: true });
    expect(userInfo).not.toHaveProperty('name');
  },

  'oidcc-scope-address': async (ground) => passedOver(ground, 'address', 'address'),
  'oidcc-scope-phone': async (ground) => passedOver(ground, 'phone', 'phone_number'),

  async 'oidcc-scope-all'(ground) {
    const { tokens, userInfo } = await completeFlow(ground, { scope: 'openid profile email address phone' });
    expect(tokens['scope']).toBe('openid profile email');
    expect(userInfo).toMatchObject({ name: NAME, email: expect.stringMatching(ADDRESS) });
  },

  async 'oidcc-ensure-other-scope-order-succeeds'(ground) {
    const { userInfo } = await completeFlow(ground, { scope: 'email openid' });
    expect(userInfo['email']).toMatch(ADDRESS);
  },

  async 'oidcc-claims-essential'(ground) {
    const { userInfo } = await completeFlow(ground, {
      claims: JSON.stringify({ userinfo: { name: { essential: true } } }),
    });
    const given = ground.metadata['claims_parameter_supported'] === true ? NAME : undefined;
    expect(userInfo['name']).toBe(given);
  },
};
