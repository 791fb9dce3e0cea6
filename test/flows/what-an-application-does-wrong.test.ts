import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { BACK, BYE, expectTold, startWrongApplications } from '../support/wrong-applications.ts';
import type { WrongApplications } from '../support/wrong-applications.ts';

// What is set up wrong in an application, driven as its program sends it: what the answer tells its developer, what the
// person reads, and what the owner reads on the application's page and by the reference under *Why?*.

let ground: WrongApplications;

beforeAll(async () => {
  ground = await startWrongApplications();
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

/** What comes back to the application of an authorization request. */
async function ask(application: RelyingApplication, more: Record<string, string | undefined>) {
  const answer = await fetch(authorizeUrl(ground.service, application, more), { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '/nowhere', ground.service.url);
}

const NO_CHALLENGE = { code_challenge: undefined, code_challenge_method: undefined };

describe('before a login', () => {
  test.each<
    [string, Record<string, string | undefined>, { error: string; says: string; came?: string; value?: string }]
  >([
    [
      'Application without PKCE',
      NO_CHALLENGE,
      {
        error: 'invalid_request',
        says: 'this application must send a code_challenge (PKCE, RFC 7636), or be registered without PKCE',
        value: 'S256',
      },
    ],
    [
      'Code challenge of the method plain',
      { code_challenge_method: 'plain' },
      { error: 'invalid_request', says: 'code_challenge_method', came: 'code_challenge_method' },
    ],
    [
      'Application that asks for no scope',
      { scope: undefined },
      { error: 'invalid_scope', says: 'scope must contain openid', value: 'openid' },
    ],
    [
      'Application that asks for no scope',
      { scope: undefined, nonce: 'n', max_age: '60' },
      { error: 'invalid_scope', says: 'scope must contain openid', value: 'openid' },
    ],
    [
      'Scope without openid',
      { scope: 'profile email' },
      { error: 'invalid_scope', says: 'scope must contain openid', came: 'profile email', value: 'openid' },
    ],
    ['Prompt that is not known', { prompt: 'hello' }, { error: 'invalid_request', says: 'prompt', came: 'hello' }],
    [
      'Implicit or hybrid flow',
      { response_type: 'id_token', nonce: 'n' },
      { error: 'unsupported_response_type', says: 'response_type must be code', came: 'id_token', value: 'code' },
    ],
    [
      'Authorization request with a parameter that is not valid',
      { max_age: 'soon' },
      { error: 'invalid_request', says: 'max_age', came: 'max_age' },
    ],
  ])('%s: %j', async (mistake, more, { error, says, ...told }) => {
    const application = await ground.register();
    const back = await ask(application, more);
    const answer = back.hash === '' ? back.searchParams : new URLSearchParams(back.hash.slice(1));
    expect(back.href.startsWith(BACK)).toBe(true);
    expect(answer.get('error')).toBe(error);
    expect(answer.get('error_description')).toContain(says);
    expect(answer.get('state')).toBe('state-of-the-application');
    const { state } = await expectTold(ground, mistake, application, told);
    expect(state).toBe('fails');
  });

  test('Application with a redirect URI that is not registered', async () => {
    const mistake = 'Application with a redirect URI that is not registered';
    const startsAt = 'http://127.0.0.1:9001/login';
    const redirectUris = ['https://elsewhere.example/in', BACK];
    const application = await ground.register({ name: 'Tickets <b>', redirectUris, initiateLoginUri: startsAt });
    await using browser = ground.openBrowser();
    const page = await browser.open(authorizeUrl(ground.service, application, { redirect_uri: `${BACK}/` }));
    expect(page.status).toBe(400);
    expect(page.text).toContain('Tickets <b> asked us to send you back to an address that is not registered for it.');
    expect(page.body).toContain(`href="${startsAt}"`);
    expect(page.body).not.toContain(`${BACK}/`);
    expect(page.text).toContain('Back to Tickets <b>');
    const { failure } = await expectTold(ground, mistake, application, { came: `${BACK}/`, value: `${BACK}/` });
    expect(failure.what).toContain(`the nearest that is: ${BACK}.`);
    expect(failure.addTo).toBe('redirectUris');
    expect(page.text).toContain(failure.reference);
  });

  test('Client ID of no application', async () => {
    const application = { clientId: 'app_aaaaaaaaaaaaaaaaaaaaaaaaaa', clientSecret: null, redirectUri: BACK };
    await using browser = ground.openBrowser();
    const page = await browser.open(authorizeUrl(ground.service, application));
    expect(page.text).toContain('The application that sent you here is not known to us.');
    const events = await ground.events(ground.root);
    expect(events).toMatchObject([{ cause: 'unknown-client', came: application.clientId }]);
  });

  test('pushed, it is told the same', async () => {
    const application = await ground.register();
    const asked = authorizeUrl(ground.service, application, { scope: 'profile' }).searchParams;
    const form = { ...Object.fromEntries(asked), client_secret: application.clientSecret! };
    const { status, body } = await ground.post('/oauth2/par', form);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope', error_description: 'scope must contain openid' },
    });
    await expectTold(ground, 'Scope without openid', application, { came: 'profile' });
  });
});

describe('at a logout', () => {
  test('Logout to an address that is not registered', async () => {
    const application = await ground.register({ postLogoutRedirectUris: [BYE] });
    const { browser } = await ground.logIn(application);
    const url = new URL('/logout', ground.service.url);
    url.search = new URLSearchParams({ client_id: application.clientId, post_logout_redirect_uri: BACK }).toString();
    const page = await browser.open(url);
    expect(page.text).toContain('Log out?');
    const done = await browser.submit(page, {}, { button: 'Log out' });
    expect(done.text).toContain('You are logged out');
    expect(done.url.origin).toBe(ground.service.url);
    const told = { came: BACK, value: BACK };
    const { state, failure } = await expectTold(
      ground,
      'Logout to an address that is not registered',
      application,
      told,
    );
    expect(failure.what).toContain(`the nearest that is: ${BYE}`);
    expect(failure.addTo).toBe('postLogoutRedirectUris');
    expect(state).toBe('unused'); // nobody is kept from logging in by it
    await browser[Symbol.asyncDispose]();
  });

  test('Logout with a damaged ID token', async () => {
    const application = await ground.register();
    const { browser } = await ground.logIn(application);
    const hint = new URLSearchParams({ client_id: application.clientId, id_token_hint: 'e30.e30.xx' });
    const page = await browser.open(new URL(`/logout?${hint.toString()}`, ground.service.url));
    expect(page.text).toContain('You are still logged in here');
    expect(page.body).toContain('href="/logout"');
    await expectTold(ground, 'Logout with a damaged ID token', application, { came: 'id_token_hint' });
    await browser[Symbol.asyncDispose]();
  });
});
