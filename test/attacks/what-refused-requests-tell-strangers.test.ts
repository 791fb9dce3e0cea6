import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { ApplicationId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';
import type { User } from '../../src/users/user.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeManaged } from '../support/fixtures.ts';
import { addApiToken, addSession, addUser, org } from '../support/people.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { BACK, basic, codeForm, makeKey, startWrongApplications } from '../support/wrong-applications.ts';
import type { WrongApplications } from '../support/wrong-applications.ts';

// Lesson: the owner reads exactly what failed. Strangers must not learn from it which client IDs there were, which secret or code
// was almost right, or what another organization's applications send; and what strangers send must not become a setting.

let ground: WrongApplications;
let removed: RelyingApplication;

beforeAll(async () => {
  ground = await startWrongApplications();
  removed = await ground.register();
  const { db } = ground.service.database;
  await db.deleteFrom('application').where('clientId', '=', removed.clientId).execute();
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

const unknownIds = (): string[] => [
  formatId('app', randomUuid() as ApplicationId),
  removed.clientId,
  'reports',
  org(ground.owner),
  "app_'; drop table application",
  '<script>alert(1)</script>',
];

/** An answer without what differs from one request to the next. */
async function look(
  url: URL | string,
  init: { method?: string; body?: URLSearchParams; headers?: Record<string, string> } = {},
) {
  const answer = await fetch(url, { redirect: 'manual', ...init, headers: { accept: 'text/html', ...init.headers } });
  const headers = [...answer.headers].filter(([name]) => !['date', 'content-length', 'etag'].includes(name));
  const body = (await answer.text()).replaceAll(/Reference [0-9A-Z]+/g, 'Reference');
  return { status: answer.status, headers, body };
}

describe('which applications there are', () => {
  test('an ID that never was, of a removed application, of another kind or malformed: one page', async () => {
    const pages = [];
    for (const clientId of unknownIds()) pages.push(await look(authorizeUrl(ground.service, { ...removed, clientId })));
    expect(pages[0]!.status).toBe(400);
    for (const page of pages) expect(page).toEqual(pages[0]);
    const logouts = [];
    for (const clientId of unknownIds()) {
      const asked = new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: BACK });
      logouts.push(await look(`${ground.service.url}/logout?${asked.toString()}`));
    }
    for (const page of logouts) expect(page).toEqual(logouts[0]);
  });

  test('at the token endpoint not even one that exists is told from one that does not', async () => {
    const { jwk } = await makeKey();
    const [secret, keyed] = [
      await ground.register(),
      await ground.register({ clientAuthentication: 'private_key_jwt', jwks: { keys: [jwk] } }),
    ];
    const ids = [secret.clientId, keyed.clientId, formatId('app', randomUuid() as ApplicationId), removed.clientId];
    for (const path of ['/oauth2/token', '/oauth2/par', '/oauth2/introspect', '/oauth2/revoke']) {
      const answers = [];
      for (const clientId of ids) {
        const body = new URLSearchParams({ ...codeForm({ redirectUri: BACK }, 'x'), token: 'x' });
        const headers = basic({ clientId, clientSecret: 'made up' });
        answers.push(await look(`${ground.service.url}${path}`, { method: 'POST', body, headers }));
      }
      expect(answers[0]!.status).toBe(401);
      for (const answer of answers) expect([path, answer]).toEqual([path, answers[0]]);
    }
  });

  test('the page of a wrong redirect URI is the same for people of its owner, of others, and for nobody', async () => {
    const application = await ground.register();
    const { browser } = await ground.logIn(application);
    const asked = authorizeUrl(ground.service, application, { redirect_uri: 'https://evil.example/' });
    const own = await browser.open(asked);
    const nobody = await look(asked);
    const sentence = `${application.name} asked us to send you back to an address that is not registered for it.`;
    for (const body of [own.text, nobody.body]) {
      expect(body).toContain(sentence);
      expect(body).not.toMatch(/evil\.example|Contoso/);
    }
    await browser[Symbol.asyncDispose]();
  });
});

test('a code of another application reads like one that never was, whoever presents it', async () => {
  const [mine, theirs] = [await ground.register(), await ground.register({ redirectUris: [BACK] })];
  const { browser, code } = await ground.logIn(theirs);
  const ask = async (value: string) => ground.post('/oauth2/token', codeForm(mine, value), basic(mine));
  expect(await ask(code)).toEqual(await ask('a-code-that-never-was'));
  await browser[Symbol.asyncDispose]();
});

test('health is told to those who may read the application, and to nobody else', async () => {
  const application = await ground.register();
  await ground.post('/oauth2/token', codeForm(application, 'x'), basic({ ...application, clientSecret: 'wrong' }));
  const { service, owner, root } = ground;
  const deps = { db: service.database.db, clock: service.clock };
  const elsewhere = await makeManaged(service, root, 'Fabrikam');
  const foreign = apiClient(service.url, await addApiToken(deps, elsewhere, 'administrator'));
  const path = (organization: typeof owner, id: string) =>
    `/organizations/${org(organization)}/applications/${id}/health`;
  const none = formatId('app', randomUuid() as ApplicationId);
  const refused = async (answer: Promise<{ status: number; body: { code: string } }>) => {
    const { status, body } = await answer;
    return [status, body.code];
  };
  expect(await refused(foreign.get(path(owner, application.clientId)))).toEqual([404, 'organization.not-found']);
  expect(await refused(foreign.get(path(owner, none)))).toEqual([404, 'organization.not-found']);
  expect(await refused(foreign.get(path(elsewhere, application.clientId)))).toEqual([404, 'application.not-found']);
  expect(await refused(foreign.get(path(elsewhere, none)))).toEqual([404, 'application.not-found']);
  expect(await refused(apiClient(service.url).get(path(owner, application.clientId)))).toEqual([
    401,
    expect.any(String),
  ]);
  const above = apiClient(service.url, await addApiToken(deps, root, 'viewer'));
  expect((await above.get(path(owner, application.clientId))).status).toBe(200);
});

describe('what a stranger sent is offered to be registered only where it may be', () => {
  const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock, url: ground.service.url });
  const path = ({ clientId }: RelyingApplication) => `/organizations/${org(ground.owner)}/applications/${clientId}`;
  let anna: User;
  let fresh: ApiClient;
  beforeAll(async () => {
    anna = await addUser(deps(), ground.root, 'anna@northwind.example', { role: 'administrator' });
    fresh = apiClient(ground.service.url, (await addSession(deps(), anna)).token);
  });

  test.each([
    ['a wildcard', 'https://evil.example/*'],
    ['http', 'http://evil.example/callback'],
    ['a script', 'javascript:alert(1)'],
    ['a fragment', 'https://evil.example/#x'],
    ['a user', 'https://contoso.example@evil.example/'],
    ['letters that turn around', 'https://evil.example/\u202Egro.elpmaxe'],
    ['a space', 'https://evil.example/a b'],
    ['a code', 'https://evil.example/back?code=x'],
    ['capitals', 'https://EVIL.example/'],
    ['one that was cut', `https://evil.example/${'x'.repeat(2500)}`],
  ])('not with %s', async (_, address) => {
    const application = await ground.register({ postLogoutRedirectUris: ['http://127.0.0.1:9001/bye'] });
    await look(authorizeUrl(ground.service, application, { redirect_uri: address }));
    const asked = new URLSearchParams({ client_id: application.clientId, post_logout_redirect_uri: address });
    await look(`${ground.service.url}/logout?${asked.toString()}`);
    const { failures } = await ground.health(application);
    expect(failures.map(({ code, addTo }) => `${code} ${addTo}`).toSorted()).toEqual([
      'application.post-logout-uri null',
      'application.redirect-uri null',
    ]);
    const redirectUris = [BACK, failures[0]!.came!];
    const change = await fresh.send('PATCH', path(application), { redirectUris, version: 1 });
    expect(change).toMatchObject({ status: 422, body: { code: 'application.redirect-uri' } });
  });

  test('by somebody who may change the application, with a fresh factor, and then it is one of its redirect URIs', async () => {
    const application = await ground.register();
    const address = 'https://tickets.contoso.example/callback/';
    await look(authorizeUrl(ground.service, application, { redirect_uri: address }));
    expect((await ground.health(application)).failures).toMatchObject([{ came: address, addTo: 'redirectUris' }]);
    const change = { redirectUris: [BACK, address], version: 1 };
    const stale = apiClient(ground.service.url, (await addSession(deps(), anna, { factorAt: null })).token);
    expect(await stale.send('PATCH', path(application), change)).toMatchObject({
      body: { code: 'caller.stale-factor' },
    });
    for (const role of ['viewer', 'editor'] as const) {
      const program = apiClient(ground.service.url, await addApiToken(deps(), ground.root, role));
      expect(await program.send('PATCH', path(application), change)).toMatchObject({ status: 403 });
    }
    expect((await fresh.send('PATCH', path(application), change)).status).toBe(200);
    expect((await ground.health(application)).failures).toEqual([]);
  });
});
