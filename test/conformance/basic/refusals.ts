import { UnsecuredJWT } from 'jose';
import { expect } from 'vitest';
import { CALLBACK } from '../provider-ground.ts';
import type { ProviderGround } from '../provider-ground.ts';
import type { Checks } from '../test-plan.ts';

/** A code is redeemed, and `seconds` later once more: refused, and what it gave has ended. */
async function redeemedTwice(ground: ProviderGround, seconds: number): Promise<void> {
  await using browser = ground.open();
  const code = (await ground.authorize(browser)).get('code')!;
  const tokens = await ground.redeem(code);
  expect((await ground.userInfo(tokens['access_token'])).status).toBe(200);
  const { clock } = ground.service;
  clock.advance(seconds);
  try {
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
    const again = await ground.askForTokens(ground.client, form);
    expect([again.status, await again.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
    expect((await ground.userInfo(tokens['access_token'])).status).toBe(401);
  } finally {
    clock.advance(-seconds);
  }
}

/** A request object: refused by the error that is its own, whatever else stands in it. */
async function refusedObject(ground: ProviderGround, more: Record<string, string>, error: string): Promise<void> {
  await using browser = ground.open();
  const page = await browser.open(ground.request(ground.client, more));
  const answer = ground.answerOn(page);
  expect(answer.get('error')).toBe(error);
  expect(answer.has('code')).toBe(false);
}

/** A request as an unsigned object; `more` goes over it. */
function unsignedRequest(ground: ProviderGround, more: Record<string, string> = {}): string {
  const claims = { ...Object.fromEntries(ground.request(ground.client).searchParams), ...more };
  return new UnsecuredJWT(claims).setIssuer(ground.client.clientId).setAudience(ground.service.url).encode();
}

/** What is refused, and refresh tokens. */
export const REFUSALS: Checks<ProviderGround> = {
  'oidcc-codereuse': async (ground) => redeemedTwice(ground, 0),
  'oidcc-codereuse-30seconds': async (ground) => redeemedTwice(ground, 30),

  async 'oidcc-ensure-registered-redirect-uri'(ground) {
    await using browser = ground.open();
    for (const redirectUri of [`${CALLBACK}/other`, `${CALLBACK}?foo=bar`, 'https://suite.example.evil.example/']) {
      const page = await browser.open(ground.request(ground.client, { redirect_uri: redirectUri }));
      expect([redirectUri, page.status, page.stoppedAt]).toEqual([redirectUri, 400, undefined]);
      expect(page.hops).toHaveLength(1);
    }
  },

  async 'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported'(ground) {
    await refusedObject(ground, { request_uri: 'https://suite.example/request.jwt' }, 'request_uri_not_supported');
    expect(ground.metadata['request_uri_parameter_supported']).toBe(false);
  },

  async 'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported'(ground) {
    await refusedObject(ground, { request: unsignedRequest(ground) }, 'request_not_supported');
    expect(ground.metadata['request_parameter_supported'] ?? false).toBe(false);
  },

  async 'oidcc-ensure-request-object-with-redirect-uri'(ground) {
    const elsewhere = unsignedRequest(ground, { redirect_uri: 'https://suite.example/elsewhere' });
    await refusedObject(ground, { request: elsewhere }, 'request_not_supported');
  },

  async 'oidcc-refresh-token'(ground) {
    await using browser = ground.open();
    const before = await ground.redeem((await ground.authorize(browser)).get('code'));
    const first = await ground.readIdToken(before['id_token']);
    expect(ground.metadata['grant_types_supported']).toContain('refresh_token');
    const form = { grant_type: 'refresh_token', refresh_token: String(before['refresh_token']) };

    const refused = await ground.askForTokens(ground.client2, form);
    expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);

    const refreshed = await ground.askForTokens(ground.client, form);
    expect(refreshed.status).toBe(200);
    const after = (await refreshed.json()) as Record<string, unknown>;
    expect(after['access_token']).not.toBe(before['access_token']);
    const { claims } = await ground.readIdToken(after['id_token']);
    // Core 12.2: who and when the login was do not change; a nonce is not stated again, or the same.
    expect(claims.sub).toBe(first.claims.sub);
    expect(claims['auth_time']).toBe(first.claims['auth_time']);
    expect([undefined, first.claims['nonce']]).toContain(claims['nonce']);
    expect(claims.iat).toBeGreaterThanOrEqual(first.claims.iat!);
    expect((await ground.userInfo(after['access_token'])).status).toBe(200);
  },
};
