import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect } from 'vitest';
import { AFTER_LOGOUT, startLogoutGround } from './logout-ground.ts';
import type { LogoutGround } from './logout-ground.ts';
import { PLANS } from './plans/plans.ts';
import { testPlan } from './test-plan.ts';

let ground: LogoutGround;

beforeAll(async () => {
  ground = await startLogoutGround();
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

testPlan(PLANS.backChannelLogout, () => ground, {
  async 'oidcc-backchannel-logout-discovery-endpoint-verification'({ provider }) {
    expect(provider.metadata).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      end_session_endpoint: expect.any(String),
    });
  },

  async 'oidcc-backchannel-rp-initiated-logout'({ provider, application, told }) {
    await using browser = provider.open();
    const { idToken, claims: login } = await ground.logIn(browser);
    const asked = { id_token_hint: idToken, post_logout_redirect_uri: AFTER_LOGOUT, state: 'of this logout' };
    const { after } = await ground.logOut(browser, asked);
    expect(after.stoppedAt?.href).toBe(`${AFTER_LOGOUT}?state=of+this+logout`);
    await provider.service.app.jobs.runDue();

    expect(told).toHaveLength(1);
    expect([...told[0]!.keys()]).toEqual(['logout_token']);
    const { payload, protectedHeader } = await jwtVerify(
      told[0]!.get('logout_token')!,
      createRemoteJWKSet(new URL(String(provider.metadata['jwks_uri']))),
      { issuer: provider.service.url, audience: application.clientId, requiredClaims: ['iat', 'exp', 'jti', 'events'] },
    );
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'logout+jwt' });
    expect(payload['events']).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
    expect(payload).toMatchObject({ sub: login['sub'], sid: login['sid'] });
    expect(payload['sid']).toEqual(expect.any(String));
    expect(payload).not.toHaveProperty('nonce');
    expect(await ground.isLoggedIn(browser)).toBe(false);
  },
});
