import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect } from 'vitest';
import { AFTER_LOGOUT, startLogoutGround } from './logout-ground.ts';
import type { LogoutGround } from './logout-ground.ts';
import { PLANS } from './plans/plans.ts';
import { testPlan } from './test-plan.ts';

const STATE = 'a state of the logout';
let ground: LogoutGround;

beforeAll(async () => {
  ground = await startLogoutGround();
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

type Asked = (idToken: string) => Record<string, string> | Promise<Record<string, string>>;

/** The person is logged out and sent back, with what was given. */
async function sentBack(asked: Asked, expected: string): Promise<void> {
  await using browser = ground.provider.open();
  const { idToken } = await ground.logIn(browser);
  expect(await ground.isLoggedIn(browser)).toBe(true);
  const { after } = await ground.logOut(browser, await asked(idToken));
  expect(after.stoppedAt?.href).toBe(expected);
  expect(await ground.isLoggedIn(browser)).toBe(false);
}

/** The person sees a page of ours and is sent nowhere, whatever is pressed there; the session ends by *Log out* alone. */
async function sentNowhere(asked: Asked): Promise<void> {
  await using browser = ground.provider.open();
  const { idToken } = await ground.logIn(browser);
  const url = new URL('/logout', ground.provider.service.url);
  url.search = new URLSearchParams(await asked(idToken)).toString();
  const shown = await browser.open(url);
  expect([shown.stoppedAt, shown.url.origin]).toEqual([undefined, ground.provider.service.url]);
  expect(shown.text).not.toBe('');
  expect(await ground.isLoggedIn(browser)).toBe(true);
  const { after } = await ground.logOut(browser, await asked(idToken));
  expect([after.stoppedAt, after.url.origin]).toEqual([undefined, ground.provider.service.url]);
}

/** The person is asked, logged out by the answer, and told so on a page of ours. */
async function told(asked: Asked): Promise<void> {
  await using browser = ground.provider.open();
  const { idToken } = await ground.logIn(browser);
  const { asked: question, after } = await ground.logOut(browser, await asked(idToken));
  expect(question.title).toContain('Log out');
  expect([after.status, after.stoppedAt]).toEqual([200, undefined]);
  expect(after.text).toContain('You are logged out');
  expect(await ground.isLoggedIn(browser)).toBe(false);
}

/** The same claims, with the signature of one that is not ours. */
async function signedByAnother(idToken: string): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  const claims = JSON.parse(Buffer.from(idToken.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
}

/** One character of the signature is another. */
function modified(idToken: string): string {
  const [header, payload, signature = ''] = idToken.split('.');
  return [header, payload, (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)].join('.');
}

const back = { post_logout_redirect_uri: AFTER_LOGOUT, state: STATE };

testPlan(PLANS.rpInitiatedLogout, () => ground, {
  async 'oidcc-rp-initiated-logout-discovery-endpoint-verification'({ provider }) {
    expect(provider.metadata['end_session_endpoint']).toBe(`${provider.service.url}/logout`);
  },
  async 'oidcc-rp-initiated-logout'() {
    await sentBack(
      (idToken) => ({ id_token_hint: idToken, ...back }),
      `${AFTER_LOGOUT}?state=${STATE.replaceAll(' ', '+')}`,
    );
  },
  'oidcc-rp-initiated-logout-no-state': async () =>
    sentBack((idToken) => ({ id_token_hint: idToken, post_logout_redirect_uri: AFTER_LOGOUT }), AFTER_LOGOUT),
  'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri': async () =>
    sentNowhere((idToken) => ({
      id_token_hint: idToken,
      ...back,
      post_logout_redirect_uri: 'https://suite.example/elsewhere',
    })),
  'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri': async () =>
    sentNowhere((idToken) => ({
      id_token_hint: idToken,
      ...back,
      post_logout_redirect_uri: `${AFTER_LOGOUT}?foo=bar`,
    })),
  'oidcc-rp-initiated-logout-modified-id-token-hint': async () =>
    sentNowhere((idToken) => ({ id_token_hint: modified(idToken), ...back })),
  'oidcc-rp-initiated-logout-bad-id-token-hint': async () =>
    sentNowhere(async (idToken) => ({ id_token_hint: await signedByAnother(idToken), ...back })),
  'oidcc-rp-initiated-logout-no-id-token-hint': async () => sentNowhere(() => back),
  'oidcc-rp-initiated-logout-no-params': async () => told(() => ({})),
  'oidcc-rp-initiated-logout-only-state': async () => told(() => ({ state: STATE })),
  'oidcc-rp-initiated-logout-no-post-logout-redirect-uri': async () => told((idToken) => ({ id_token_hint: idToken })),
});
