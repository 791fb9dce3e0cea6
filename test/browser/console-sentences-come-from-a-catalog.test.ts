import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../console/texts/en.ts';
import { formatId } from '../../src/base/ids.ts';
import { standsStill } from '../../tools/screens/screen.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { expectFromCatalog, pseudo, PSEUDO } from '../support/pseudo-locale.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';

let service: TestService;
let browser: Browser;
let page: Page;
let anna: Person;
const marked = new Set<string>();

/** What is data on the pages: names that the test gave, and the product's. */
const GIVEN = [
  'Northwind',
  'Contoso',
  'Reports',
  'Phone',
  'of-a-newer-version',
  'Gatehouse',
  'AN',
  'contoso.example',
  'anna@northwind.example',
  'maria@contoso.example',
  'fixtures',
];

beforeAll(async () => {
  service = await startService({ catalogs: { en: PSEUDO } });
  browser = await launchChromium();
  const context = await openContext(browser);
  page = await context.newPage();
  page.on('request', (request) => asked.add(request));
  page.on('requestfinished', (request) => asked.delete(request));
  page.on('requestfailed', (request) => asked.delete(request));
  // The built console with its own catalog marked, message by message: once for each file, as each page asks for all again.
  const files = new Map<string, string>();
  await page.route('**/console/assets/*.js', async (route) => {
    const url = route.request().url();
    const body = files.get(url) ?? markMessages(await (await route.fetch()).text());
    files.set(url, body);
    await route.fulfill({ contentType: 'text/javascript', body });
  });
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

/** Puts marks around every message of the catalog that a built file holds. */
function markMessages(code: string): string {
  return code.replaceAll(
    /(?<=[{,])(["'`]?)([\w.-]+)\1:(["'`])((?:\\.|(?!\3).)*)\3/gs,
    (whole, _, key: string, quote: string, text: string) => {
      if (!Object.hasOwn(en, key) || !isMessage(key, text)) return whole;
      marked.add(key);
      return `"${key}":${quote}${pseudo(text)}${quote}`;
    },
  );
}

/** Short keys (`save`) are names of other things, too: the text has to be the catalog's. */
function isMessage(key: string, text: string): boolean {
  const unescaped = text.replaceAll(/\\(.)/gs, (_, character: string) => (character === 'n' ? '\n' : character));
  return unescaped === en[key as keyof typeof en];
}

/** Requests of the page without an answer yet. */
const asked = new Set<Request>();

/** What was asked for has come and is drawn. The browser's own "network idle" waits half a second more, at each of some hundred looks. */
async function settled(): Promise<void> {
  do await standsStill(page);
  while (asked.size > 0);
}

async function see(where: string): Promise<void> {
  await settled();
  // What an event recorded, and names of the service's own, as in its log, are data.
  const body = (await page.content()).replaceAll(/<dd.*?<\/dd>|<code.*?<\/code>/gs, '');
  expectFromCatalog(where, body, GIVEN);
}

/** A page, and what each of its buttons opens. */
async function seePage(url: string): Promise<void> {
  const open = async (): Promise<void> => {
    await page.goto(url);
    await page.getByRole('heading', { level: 1 }).waitFor();
  };
  await open();
  await see(url);
  const buttons = page.locator('main button:visible:enabled');
  const count = await buttons.count();
  let asBefore = true;
  for (let index = 0; index < count; index += 1) {
    if (!asBefore) await open();
    await settled();
    const button = buttons.nth(index);
    const name = await button.innerText();
    await button.click();
    await see(`${url}, after “${name}”`);
    asBefore = page.url() === url && (await closed());
  }
}

/** Whether a dialog or a menu was all that a button opened, and it is closed again. */
async function closed(): Promise<boolean> {
  const opened = page.locator('[role=dialog], [role=menu]');
  if ((await opened.count()) === 0) return false;
  await page.keyboard.press('Escape');
  await settled();
  return (await opened.count()) === 0;
}

test('in a language of which every message is marked, no page and no dialog of the console shows another sentence', async () => {
  const root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  const maria = await makePerson(service, contoso, 'maria@contoso.example');
  const { application } = await makeApplication(service, root, {
    redirectUris: ['https://reports.contoso.example/back'],
    preset: 'of-a-newer-version',
  });
  await page.goto(`${service.url}/console/`);
  await page.fill('input[name=email]', anna.email);
  await page.press('input[name=email]', 'Enter');
  await page.fill('input[name=password]', anna.password);
  await page.press('input[name=password]', 'Enter');
  service.clock.advance(30);
  await page.fill('input[name=code]', await totpAt(anna.seed, service.clock.now()));
  await page.press('input[name=code]', 'Enter');
  await page.waitForURL(/\/console\//);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const managed = `managed-organizations/${formatId('org', contoso.id)}`;
  const organization = ['', '/authentication-settings', '/users', '/domains', '/settings', '/audit-log', '/why'];
  const paths = [
    'managed-organizations',
    ...organization.map((path) => `${managed}${path}`),
    ...organization.slice(0, 5).map((path) => `my-organization${path}`),
    'my-organization/why',
    `${managed}/users/${formatId('usr', maria.userId)}`,
    `users/${formatId('usr', anna.userId)}`,
    'connection-templates',
    'credentials',
    'applications',
    'applications/register',
    'applications/register/all-settings',
    'applications/register/miniflux',
    'applications/register/other',
    'applications/guides',
    'applications/guides/miniflux',
    `applications/${formatId('app', application.id)}`,
    `applications/${formatId('app', application.id)}/program`,
    'audit-log',
    'system',
    'nothing-here',
  ];
  for (const path of paths) await seePage(`${service.url}/console/${path}`);
  // Its button leaves the page, and comes back with the result.
  await page.goto(`${service.url}/console/applications/${formatId('app', application.id)}/try`);
  await page.locator('main button').first().waitFor();
  await see('Try it');
  await page.locator('main button').first().click();
  await page.locator('main table').waitFor();
  await see('Tried');
});

test('every message of the catalog was found in the built console', () => {
  expect(Object.keys(en).filter((key) => !marked.has(key))).toEqual([]);
});
