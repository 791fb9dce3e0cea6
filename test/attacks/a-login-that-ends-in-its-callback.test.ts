import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LoginId } from '../../src/base/ids.ts';
import { LOGIN_MOVED } from '../../src/base/signals/signals.ts';
import { sha256 } from '../../src/base/random.ts';
import { eventsOf, gained, goToProvider } from '../support/federation.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { invite } from '../support/stories.ts';

// A callback that comes by the address ends its login itself. What it may do so with is the browser's word in part: the handle
// in its cookie; and what it may come without: an invitation's cookie, or that of a session.

let mailbox: Mailbox;
let ground: HostileGround;

beforeAll(async () => {
  mailbox = await startMailbox();
  ground = await startHostileGround({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  await ground.use('code');
  await ground.tryLogin(ground.openBrowser()); // binds the identity and confirms the connection
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await mailbox?.[Symbol.asyncDispose]();
});
beforeEach(() => ground.provider.setFaults({}));

/** The transaction cookies of a browser, the oldest first: what they are called, and the secret and handle in them. */
const transactionsOf = (browser: HttpBrowser): { name: string; secret: string; handle: string }[] =>
  browser.cookies
    .all()
    .filter(({ name }) => name.startsWith('tx-'))
    .map(({ name, value }) => ({ name, secret: value.split('.')[0]!, handle: value.split('.')[1]! }));

async function rowOf(handle: string): Promise<{ id: LoginId; step: string; version: number; state: unknown }> {
  return ground.service.database.db
    .selectFrom('login')
    .select(['id', 'step', 'version', 'state'])
    .where('handleHash', '=', sha256(handle))
    .executeTakeFirstOrThrow();
}

const finished = async (): Promise<number> =>
  (await eventsOf(ground.service, ground.organization)).filter((kind) => kind === 'login.finished').length;

test('leads straight back to the application: no page, no second request', async () => {
  await using browser = ground.openBrowser();
  const page = await ground.tryLogin(browser);
  expect(page.title).toContain('Your applications');
  const paths = page.hops.map(({ url }) => url.pathname);
  const callback = paths.findIndex((path) => path.startsWith('/login/callback'));
  expect(paths[callback + 1]).toMatch(/^\/oauth2\/authorize\//);
});

test('is counted as one that came back, by the address as by a posted form', async () => {
  for (const flow of ['code', 'id-token'] as const) {
    await ground.use(flow);
    const steps: string[] = [];
    const end = LOGIN_MOVED.listen(({ step }) => steps.push(step));
    await ground.tryLogin(ground.openBrowser());
    end();
    expect(steps.toSorted()).toEqual(['connection-back', 'connection-out', 'finished']);
  }
  await ground.use('code');
});

test('the handle of another login in the cookie ends neither that login nor its own', async () => {
  const { browser, callback } = await ground.sentBack();
  await goToProvider(browser, ground.service, MALLORY);
  const [own, other] = transactionsOf(browser);
  const before = { other: await rowOf(other!.handle), finished: await finished() };
  expect(before.other.step).toBe('connection-out');
  const cookie = `${own!.name}=${own!.secret}.${other!.handle}`;
  const answer = await fetch(callback, { headers: { cookie }, redirect: 'manual' });
  expect(answer.status).toBe(303);
  expect(await rowOf(other!.handle)).toEqual(before.other);
  expect((await rowOf(own!.handle)).step).toBe('connection-back');
  expect(await finished()).toBe(before.finished);
});

test('who logged in in another tab meanwhile goes on with that session', async () => {
  const { browser, callback } = await ground.sentBack();
  const second = await goToProvider(browser, ground.service, MALLORY);
  expect((await browser.open(second.stoppedAt!)).title).toContain('Your applications');
  const before = { finished: await finished(), gained: await gained(ground.service, ground.organization) };
  expect((await browser.open(callback)).title).toContain('Your applications');
  expect({ finished: await finished(), gained: await gained(ground.service, ground.organization) }).toEqual(before);
});

test('nor does an answer that is posted, without the cookie of that session, log in once more', async () => {
  await ground.use('id-token');
  await using browser = openHttpBrowser({ now: () => ground.service.clock.now(), runsFormPost: false });
  const first = await goToProvider(browser, ground.service, MALLORY);
  const second = await goToProvider(browser, ground.service, MALLORY);
  expect((await browser.submit(second)).title).toContain('Your applications');
  const before = { finished: await finished(), gained: await gained(ground.service, ground.organization) };
  expect((await browser.submit(first)).title).toContain('Your applications');
  expect({ finished: await finished(), gained: await gained(ground.service, ground.organization) }).toEqual(before);
  await ground.use('code');
});

test('without the cookie of its invitation it refuses nobody: the next request decides, which has it', async () => {
  const { service, organization } = ground;
  const email = 'nadia@fabrikam-trading.example';
  const link = await invite(service, mailbox, organization, email);
  const stopAt = (url: URL): boolean => url.pathname.startsWith('/login/callback');
  await using browser = openHttpBrowser({ now: () => service.clock.now(), stopAt });
  const { person } = ground.provider;
  ground.provider.person = { ...person, sub: 'nadia', email };
  const asked = await browser.submit(await browser.open(link));
  const sent = await browser.submit(asked, {}, { button: 'Continue' });
  const [own] = transactionsOf(browser);
  const cookie = `${own!.name}=${own!.secret}.${own!.handle}`;
  const answer = await fetch(sent.stoppedAt!, { headers: { cookie }, redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `/login/${own!.handle}/finish`]);
  expect((await rowOf(own!.handle)).step).toBe('connection-back');
  const page = await browser.open(`${service.url}/login/${own!.handle}/finish`);
  expect(page.title).toContain('Your applications');
  ground.provider.person = person;
});
