import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillRegistration } from '../../works-with/preset.ts';
import { preset as directus } from '../../works-with/applications/directus/settings.ts';
import { preset as miniflux } from '../../works-with/applications/miniflux/settings.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { linksOf } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let root: Organization;
let anna: Person;
let maria: Person;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  maria = await makePerson(service, root, 'maria@northwind.example');
});
afterAll(async () => service.close());

async function loggedIn(person: Person): Promise<HttpBrowser> {
  const browser = openHttpBrowser();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), person);
  return browser;
}

test('Your applications says what is missing: none is registered, or none says where it is opened', async () => {
  await using hers = await loggedIn(maria);
  await using administers = await loggedIn(anna);
  const start = `${service.url}/`;
  expect((await hers.open(start)).text).toContain('There is no application for you yet.');
  expect((await administers.open(start)).text).toContain('No application is registered yet.');
  await makeApplication(service, root, { name: 'Reports', redirectUris: ['https://reports.example/back'] });
  expect((await hers.open(start)).text).toContain('Open each at its own address; your administrator knows it.');
  const told = await administers.open(start);
  expect(told.text).toContain('enter that as Initiate login URI');
  expect(told.text).not.toContain('registered yet');
});

test('what a preset registers is opened from Your applications', async () => {
  const app = 'https://rss.northwind.example';
  for (const each of [directus, miniflux]) {
    const { redirectUris, initiateLoginUri } = fillRegistration(each.registration, { app });
    await makeApplication(service, root, { name: each.name, redirectUris: [...redirectUris], initiateLoginUri });
  }
  await using browser = await loggedIn(anna);
  const hrefs = linksOf(await browser.open(`${service.url}/`)).map(({ href }) => href);
  expect(hrefs.filter((href) => href.startsWith(app))).toEqual([`${app}/admin`, `${app}/`]);
});
