import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { steps } from '../../demo/guide.ts';
import { setStage, type Stage } from '../../demo/stage.ts';
import { STORY } from '../../demo/story.ts';
import { openHttpBrowser, type HttpBrowser } from '../support/http-browser.ts';
import { linkOf, type Page } from '../support/page.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage(() => undefined);
});

afterAll(async () => {
  await stage?.stop();
});

/** Opens the newest mail to somebody and follows its button. */
async function followInvitation(browser: HttpBrowser, to: string): Promise<Page> {
  // mails leave on their own, after what caused them
  const line = await vi.waitFor(
    async () => {
      const list = await browser.open(stage.mailbox);
      const found = list.html.querySelectorAll('.list a').find((link) => link.textContent.includes(to));
      if (found === undefined) throw new Error(`no mail to ${to} yet`);
      return found;
    },
    { timeout: 60_000, interval: 250 },
  );
  const part = await browser.open(`${stage.mailbox}${line.getAttribute('href') ?? ''}/html`);
  return browser.open(linkOf(part, 'Access Gatehouse'));
}

test('Maria comes by her invitation and Contoso into both applications with one login, and leaves both at once', async () => {
  await using browser = openHttpBrowser();
  const [maria] = STORY.contoso.people;
  const start = await browser.submit(await followInvitation(browser, maria.email), {}, { button: 'Log In' });
  const contoso = await browser.submit(start, { email: maria.email }, { button: 'Continue' });
  expect(contoso.url.origin).toBe(stage.contoso);
  const inside = await browser.submit(
    contoso,
    { username: maria.username, password: maria.password },
    { button: 'Log in' },
  );
  expect([inside.url.href, inside.text]).toEqual([`${stage.url}/`, expect.stringContaining('Your applications')]);

  expect((await browser.open(`${stage.reports}/login`)).text).toContain('Hello Maria');
  const tickets = await browser.open(`${stage.tickets}/work`);
  expect([tickets.url.href, tickets.text]).toEqual([`${stage.tickets}/work`, expect.stringContaining('T-1042')]);

  const confirm = await browser.submit(await browser.open(stage.reports), {}, { button: 'Log Out' });
  const out = confirm.url.origin === stage.url ? await browser.submit(confirm, {}, { button: 'Log out' }) : confirm;
  expect([out.url.href, out.text]).toEqual([`${stage.reports}/logged-out`, expect.stringContaining('logged out')]);
  // Tickets hears of it by a job, a moment after.
  await expect
    .poll(async () => (await browser.follow(tickets, 'Open tickets')).url.origin, { timeout: 60_000 })
    .toBe(stage.url);
  const next = await browser.follow(tickets, 'Open tickets');
  expect([next.url.origin, next.text]).toEqual([stage.url, expect.stringContaining('to continue to Tickets')]);
});

test('Lena logs in at Fabrikam without an invitation, by an ID token that her browser posts', async () => {
  await using browser = openHttpBrowser();
  const [lena] = STORY.fabrikam.people;
  const fabrikam = await browser.submit(
    await browser.open(`${stage.reports}/work`),
    { email: lena.upn },
    { button: 'Continue' },
  );
  expect(fabrikam.url.origin).toBe(stage.fabrikam);
  const reports = await browser.submit(fabrikam, { loginfmt: lena.upn, passwd: lena.password }, { button: 'Sign in' });
  expect([reports.url.href, reports.text]).toEqual([`${stage.reports}/work`, expect.stringContaining('October')]);
});

test('the guide names every address that one is to open', () => {
  const said = steps(stage)
    .flatMap((part) => part.steps)
    .join('\n');
  for (const address of [stage.url, stage.reports, stage.tickets, stage.mailbox]) expect(said).toContain(address);
});
