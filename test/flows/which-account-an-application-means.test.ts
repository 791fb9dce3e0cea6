import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import type { Page } from '../support/page.ts';
import { authorizeUrl, claimsOf, codeIn, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let reports: RelyingApplication;
let tickets: RelyingApplication;
let maria: Person;
let tom: Person;
let contoso: string;
let browser: HttpBrowser;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const managed = await makeManaged(service, root, 'Contoso');
  contoso = formatId('org', managed.id);
  maria = await makePerson(service, root, 'maria@northwind.example');
  tom = await makePerson(service, managed, 'tom@contoso.example');
  const register = async (name: string, port: number, firstParty: boolean): Promise<RelyingApplication> => {
    const redirectUri = `http://127.0.0.1:${port}/back`;
    const made = await makeApplication(service, root, { name, firstParty, redirectUris: [redirectUri] });
    return { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  };
  reports = await register('Reports', 9013, true);
  tickets = await register('Tickets', 9014, false);
});
afterAll(async () => service.close());
beforeEach(() => {
  browser = openHttpBrowser({ stopAt: (url) => url.port === '9013' || url.port === '9014' });
  return async () => browser[Symbol.asyncDispose]();
});

const ask = async (more: Record<string, string> = {}, application = reports): Promise<Page> =>
  browser.open(authorizeUrl(service, application, more));
const marias = async (): Promise<Page> => logIn(browser, service, await ask(), maria);
const prefilled = (page: Page): string | undefined =>
  page.html.querySelector('input[name=email]')?.getAttribute('value') ?? undefined;
const errorIn = (page: Page): string | null | undefined => page.stoppedAt?.searchParams.get('error');
async function personIn(page: Page, application = reports): Promise<unknown> {
  return claimsOf((await redeem(service, application, codeIn(page, application))).body.id_token)['sub'];
}
const sub = (person: Person): string => formatId('usr', person.userId);

test('prompt=select_account: with nobody logged in it is a login, its address empty', async () => {
  const page = await ask({ prompt: 'select_account' });
  expect(page.title).toContain('Log in');
  expect(prefilled(page)).toBe('');
  expect(await personIn(await logIn(browser, service, page, maria))).toBe(sub(maria));
});

test('prompt=select_account: to continue as the person logged in proves nothing anew and is one button', async () => {
  await marias();
  const page = await ask({ prompt: 'select_account' });
  expect(page.title).toContain('Which account?');
  expect(page.text).toContain('Reports asks which account to use. You are logged in as maria@northwind.example.');
  const back = await browser.submit(page, {}, { button: 'Continue as maria@northwind.example' });
  expect(await personIn(back)).toBe(sub(maria));
  // It is asked each time, as the application asks each time.
  expect((await ask({ prompt: 'select_account' })).title).toContain('Which account?');
});

test('prompt=select_account: another account is logged in, and ends the first session after asking', async () => {
  await marias();
  const page = await browser.submit(await ask({ prompt: 'select_account' }), {}, { button: 'Use another account' });
  expect(prefilled(page)).toBe('');
  const asked = await logIn(browser, service, page, tom);
  expect(asked.text).toContain('maria@northwind.example');
  const kept = await sessionsOf(maria);
  expect(kept).toBeGreaterThan(0);
  const back = await browser.submit(asked, {}, { button: 'Log out and go on' });
  expect(await personIn(back)).toBe(sub(tom));
  expect(await sessionsOf(maria)).toBe(kept - 1);
});

test.each([{ prompt: 'select_account login' }, { prompt: 'select_account', max_age: '0' }] as Record<string, string>[])(
  'with %o, who continues still gives credentials, once',
  async (parameters) => {
    await marias();
    service.clock.advance(5);
    const page = await browser.submit(await ask(parameters), {}, { button: 'Continue as maria@northwind.example' });
    expect(page.title).toContain('Log in');
    expect(prefilled(page)).toBe('maria@northwind.example');
    expect(await personIn(await logIn(browser, service, page, maria))).toBe(sub(maria));
  },
);

test('an application that needs consent is told after the account and the consent, each asked once', async () => {
  await marias();
  const page = await ask({ prompt: 'select_account' }, tickets);
  const consent = await browser.submit(page, {}, { button: 'Continue as maria@northwind.example' });
  expect(consent.title).toContain('Allow Tickets?');
  expect(await personIn(await browser.submit(consent, {}, { button: 'Allow' }), tickets)).toBe(sub(maria));
});

test('prompt=none beside it is an error of the request (Core 3.1.2.1)', async () => {
  await marias();
  expect(errorIn(await ask({ prompt: 'none select_account' }))).toBe('invalid_request');
});

test('a login_hint of somebody else: the person is asked before anything is told, and it is that address that is logged in', async () => {
  await marias();
  const page = await ask({ login_hint: tom.email });
  expect(page.text).toContain('Reports expects tom@contoso.example. You are logged in as maria@northwind.example.');
  const password = await browser.submit(page, {}, { button: 'Log in as tom@contoso.example' });
  expect(password.title).toContain('Enter Your Password');
  expect(password.text).toContain('tom@contoso.example');
  const kept = await ask({ login_hint: tom.email });
  const back = await browser.submit(kept, {}, { button: 'Continue as maria@northwind.example' });
  expect(await personIn(back)).toBe(sub(maria));
  expect(errorIn(await ask({ login_hint: tom.email, prompt: 'none' }))).toBe('account_selection_required');
});

test('a login_hint of the person logged in, however spelled, or one that is no address, asks nothing', async () => {
  await marias();
  for (const hint of ['maria@northwind.example', ' Maria@NORTHWIND.example ', 'maria', 'usr_123']) {
    expect(await personIn(await ask({ login_hint: hint }))).toBe(sub(maria));
  }
});

test('nobody’s address stands where the application means somebody else', async () => {
  await marias();
  expect(prefilled(await ask({ organization: contoso }))).toBe('');
  expect(prefilled(await ask({ prompt: 'login', login_hint: tom.email }))).toBe(tom.email);
  expect(prefilled(await ask({ prompt: 'login' }))).toBe('maria@northwind.example');
});

async function sessionsOf(person: Person): Promise<number> {
  const rows = await service.database.db
    .selectFrom('session')
    .select('id')
    .where('userId', '=', person.userId)
    .execute();
  return rows.length;
}
