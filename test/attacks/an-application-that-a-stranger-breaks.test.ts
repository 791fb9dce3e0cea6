import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { BACK, basic, codeForm, startWrongApplications } from '../support/wrong-applications.ts';
import type { WrongApplications } from '../support/wrong-applications.ts';

// Lesson: a client ID is all that a stranger needs to send requests that are refused. One of them must not turn an application
// that works to *fails*, nor hide what really fails.

let ground: WrongApplications;

beforeAll(async () => {
  ground = await startWrongApplications();
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

const EVIL = 'https://evil.example/callback';

/** What somebody sends who knows the client ID alone. */
async function attack(application: RelyingApplication): Promise<void> {
  const open = async (url: URL | string) => fetch(url, { redirect: 'manual' });
  await open(authorizeUrl(ground.service, application, { redirect_uri: EVIL }));
  await open(authorizeUrl(ground.service, application, { redirect_uri: EVIL, prompt: 'hello' }));
  await open(authorizeUrl(ground.service, application, { redirect_uri: EVIL, code_challenge: undefined }));
  const logout = new URLSearchParams({ client_id: application.clientId, post_logout_redirect_uri: EVIL });
  await open(`${ground.service.url}/logout?${logout.toString()}`);
  const wrong = basic({ ...application, clientSecret: 'wrong' });
  for (const path of ['/oauth2/token', '/oauth2/par', '/oauth2/introspect']) {
    await ground.post(path, { ...codeForm({ redirectUri: EVIL }, 'x'), token: 'x' }, wrong);
  }
  await ground.post('/oauth2/token', codeForm({ redirectUri: EVIL }, 'x'), basic({ ...application, clientSecret: '' }));
  await ground.post('/oauth2/token', { client_id: application.clientId, grant_type: 'nonsense' });
}

test('requests with nothing but the client ID are shown as seen, and make no application fail', async () => {
  const [used, unused] = [await ground.register(), await ground.register()];
  const { status, browser } = await ground.tokens(used);
  expect(status).toBe(200);
  ground.service.clock.advance(120);
  for (const [application, state] of [
    [used, 'works'],
    [unused, 'unused'],
  ] as const) {
    await attack(application);
    const health = await ground.health(application);
    expect(health.failures.length).toBeGreaterThanOrEqual(3);
    expect([...new Set(health.failures.map(({ isSince, isSeen }) => `${isSince} ${isSeen}`))]).toEqual(['true true']);
    expect(health.state).toBe(state);
  }
  await browser[Symbol.asyncDispose]();
});

test('a public application is not broken by whoever asks for its tokens', async () => {
  const application = await ground.register({ kind: 'browser' });
  const form = { ...codeForm({ redirectUri: EVIL }, 'x'), client_id: application.clientId };
  await ground.post('/oauth2/token', form);
  await ground.post('/oauth2/token', { ...form, grant_type: 'refresh_token', refresh_token: 'x' });
  expect((await ground.health(application)).state).toBe('unused');
});

test('a flood of strangers does not hide the requests of the application itself', async () => {
  const application = await ground.register();
  const wrong = basic({ ...application, clientSecret: 'wrong' });
  for (let sent = 0; sent < 15; sent += 1) {
    await ground.post('/oauth2/token', codeForm({ redirectUri: EVIL }, 'x'), wrong);
  }
  expect(await ground.health(application)).toMatchObject({ state: 'unused', failures: [{ isSeen: true }] });
  await ground.post('/oauth2/token', codeForm({ redirectUri: BACK }, 'x'), wrong);
  expect(await ground.health(application)).toMatchObject({ state: 'fails', failures: [{ isSeen: false }] });
});
