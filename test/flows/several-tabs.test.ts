import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let maria: Person;
let tom: Person;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  tom = await makePerson(service, root, 'tom@northwind.example');
});
afterAll(async () => service.close());

test('tabs that were open before a login go on with it, reloaded or posted; for another address they ask', async () => {
  await using browser = openHttpBrowser();
  const start = `${service.url}/login/start`;
  const [first, second, third, fourth, fifth] = [
    await browser.open(start),
    await browser.open(start),
    await browser.open(start),
    await browser.open(start),
    await browser.open(start),
  ];
  const atPassword = await browser.submit(fifth, { email: maria.email }, { button: 'Continue' });
  expect(atPassword.title).toContain('Enter Your Password');
  expect((await logIn(browser, service, first, maria)).text).toContain('Your applications');
  expect((await browser.open(second.url)).text).toContain('Your applications');
  expect((await browser.submit(third, { email: 'Maria@Northwind.example' })).text).toContain('Your applications');
  expect((await browser.submit(fourth, { email: tom.email })).title).toContain('Enter Your Password');
  const posted = await browser.submit(atPassword, { password: 'anything' }, { button: 'Continue' });
  expect(posted.text).toContain('Your applications');
  const sessions = await service.database.db
    .selectFrom('session')
    .select('id')
    .where('userId', 'is not', null)
    .execute();
  expect(sessions).toHaveLength(1);
});

test('a tab whose application asked for credentials now goes on asking for them', async () => {
  await using browser = openHttpBrowser();
  const start = await browser.open(`${service.url}/login/start`);
  const request = new URL(start.hops.find(({ url }) => url.pathname === '/oauth2/authorize')!.url);
  request.searchParams.set('max_age', '0');
  const asked = await browser.submit(await browser.open(request), { email: maria.email }, { button: 'Continue' });
  expect(asked.title).toContain('Enter Your Password');
  await logIn(browser, service, start, maria);
  expect((await browser.open(asked.url)).title).toContain('Enter Your Password');
  const factor = await browser.submit(asked, { password: maria.password }, { button: 'Continue' });
  expect(factor.title).toContain('Confirm It’s You');
});
