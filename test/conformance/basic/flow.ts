import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { org } from '../../support/people.ts';
import { VERIFIER } from '../../support/relying-application.ts';
import { CALLBACK, NONCE, STATE } from '../provider-ground.ts';
import type { ProviderGround, SuiteApplication } from '../provider-ground.ts';
import type { Checks } from '../test-plan.ts';

/** A whole flow: the answer, the tokens and who they are about are checked. */
export async function completeFlow(
  ground: ProviderGround,
  more: Record<string, string | undefined> = {},
  application: SuiteApplication = ground.client,
): Promise<{ tokens: Record<string, unknown>; claims: Record<string, unknown>; userInfo: Record<string, unknown> }> {
  await using browser = ground.open();
  const answer = await ground.authorize(browser, more, application);
  expect(answer.get('state')).toBe(STATE);
  expect(answer.get('iss')).toBe(ground.service.url);
  const tokens = await ground.redeem(answer.get('code'), application);
  const { claims } = await ground.readIdToken(tokens['id_token'], application);
  const asked = await ground.userInfo(tokens['access_token']);
  expect(asked.status).toBe(200);
  const userInfo = (await asked.json()) as Record<string, unknown>;
  expect(userInfo['sub']).toBe(claims.sub);
  return { tokens, claims, userInfo };
}

/** Everything that the Basic plan asks of the flow itself. */
export const FLOW: Checks<ProviderGround> = {
  async 'oidcc-server'(ground) {
    await using browser = ground.open();
    const answer = await ground.authorize(browser);
    expect([...answer.keys()].toSorted()).toEqual(['code', 'iss', 'state']);
    expect(answer.get('code')?.length).toBeGreaterThanOrEqual(22); // 128 bit and more (RFC 6749 10.10)
    const form = { grant_type: 'authorization_code', code: answer.get('code')!, redirect_uri: CALLBACK };
    const asked = await ground.askForTokens(ground.client, form);
    expect(asked.headers.get('cache-control')).toContain('no-store');
    expect(asked.headers.get('content-type')).toMatch(/^application\/json/);
    const tokens = (await asked.json()) as Record<string, unknown>;
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number) });
    expect(String(tokens['access_token']).length).toBeGreaterThanOrEqual(22);
    const { claims, header } = await ground.readIdToken(tokens['id_token']);
    expect(header).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    expect(claims).toMatchObject({ nonce: NONCE, sub: expect.stringMatching(/^[\x21-\x7E]{1,255}$/) });
    expect(claims.exp).toBeGreaterThan(claims.iat!);
    // at_hash is optional with code; where it stands it fits (Core 3.1.3.6)
    const digest = createHash('sha256').update(String(tokens['access_token'])).digest().subarray(0, 16);
    expect([undefined, digest.toString('base64url')]).toContain(claims['at_hash']);
  },

  async 'oidcc-response-type-missing'(ground) {
    await using browser = ground.open();
    const page = await browser.open(ground.request(ground.client, { response_type: undefined }));
    const answer = ground.answerOn(page);
    expect([answer.get('error'), answer.get('state')]).toEqual(['invalid_request', STATE]);
    expect(answer.has('code')).toBe(false);
  },

  async 'oidcc-idtoken-signature'(ground) {
    const { tokens } = await completeFlow(ground);
    expect((await ground.readIdToken(tokens['id_token'])).header).toMatchObject({
      alg: 'RS256',
      kid: expect.any(String),
    });
  },

  async 'oidcc-idtoken-unsigned'(ground) {
    const answer = await ground.api.send('POST', `/organizations/${org(ground.root)}/applications`, {
      name: 'Unsigned',
      kind: 'web',
      redirectUris: [CALLBACK],
      signingAlgorithm: 'none',
    });
    expect(answer.status).toBe(422);
    expect(ground.metadata['id_token_signing_alg_values_supported']).not.toContain('none');
  },

  async 'oidcc-ensure-request-without-nonce-succeeds-for-code-flow'(ground) {
    expect((await completeFlow(ground, { nonce: undefined })).claims).not.toHaveProperty('nonce');
  },

  async 'oidcc-ensure-request-with-unknown-parameter-succeeds'(ground) {
    await completeFlow(ground, { extra: 'foobar' });
  },

  async 'oidcc-display-page'(ground) {
    await completeFlow(ground, { display: 'page' });
  },

  async 'oidcc-display-popup'(ground) {
    await completeFlow(ground, { display: 'popup' });
  },

  async 'oidcc-ui-locales'(ground) {
    await completeFlow(ground, { ui_locales: 'se' });
  },

  async 'oidcc-claims-locales'(ground) {
    await completeFlow(ground, { claims_locales: 'se' });
  },

  async 'oidcc-ensure-request-with-acr-values-succeeds'(ground) {
    await completeFlow(ground, { acr_values: '1 2' });
  },

  async 'oidcc-server-client-secret-post'(ground) {
    await completeFlow(ground, {}, ground.post);
  },

  async 'oidcc-ensure-post-request-succeeds'(ground) {
    await using browser = ground.open();
    const { searchParams } = ground.request(ground.client);
    const page = await browser.post(`${ground.service.url}/oauth2/authorize`, searchParams, new URL(CALLBACK));
    const back = await ground.logIn(browser, page, await ground.addPerson());
    const tokens = await ground.redeem(ground.answerOn(back).get('code'));
    expect((await ground.readIdToken(tokens['id_token'])).claims['nonce']).toBe(NONCE);
  },

  async 'oidcc-ensure-request-with-valid-pkce-succeeds'(ground) {
    await using browser = ground.open();
    const challenge = createHash('sha256').update(VERIFIER).digest('base64url');
    const more = { code_challenge: challenge, code_challenge_method: 'S256' };
    const form = { grant_type: 'authorization_code', redirect_uri: CALLBACK };
    const first = await ground.authorize(browser, more);
    const taken = await ground.askForTokens(ground.client, {
      ...form,
      code: first.get('code')!,
      code_verifier: VERIFIER,
    });
    expect(taken.status).toBe(200);
    // Who did send a challenge is held to it.
    const second = await ground.authorize(browser, more);
    const refused = await ground.askForTokens(ground.client, { ...form, code: second.get('code')! });
    expect(await refused.json()).toMatchObject({ error: 'invalid_grant' });
  },
};
