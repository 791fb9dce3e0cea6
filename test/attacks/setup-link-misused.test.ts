import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { eventsOf } from '../support/federation.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { codeIn } from '../support/mailbox.ts';
import { addUser, operatorAt } from '../support/people.ts';
import { SECRET, startSetupStage } from '../support/setup-links.ts';
import type { SetupStage } from '../support/setup-links.ts';
import { parseId } from '../../src/base/ids.ts';
import { revokeSetup } from '../../src/connections/setup/revoke-setup.ts';
import { inTransaction } from '../../src/db/database.ts';
import type { Organization } from '../../src/organizations/organization.ts';

// Lesson: a setup link is a secret in a mail: it is forwarded, looked at by scanners, kept in histories, and whoever has it
// must neither become the mailbox's owner nor change how anybody logs in.

let stage: SetupStage;
const deps = () => ({ db: stage.service.database.db, clock: stage.service.clock, url: stage.service.url });
const STEPS = ['provider', 'domain', 'guide', 'values', 'hand-over', 'credential', 'check-domain'];

const rowsOf = async (organization: Organization) =>
  stage.service.database.db
    .selectFrom('setupInvitation')
    .selectAll()
    .where('organizationId', '=', organization.id)
    .executeTakeFirstOrThrow();

beforeAll(async () => {
  stage = await startSetupStage();
  await addUser(deps(), stage.houses.contoso, 'maria@contoso.example', { role: 'administrator' });
});
afterAll(async () => stage?.[Symbol.asyncDispose]());
// Each test is another visitor: they share this machine's address.
beforeEach(async () => void (await stage.service.database.db.deleteFrom('rateLimit').execute()));

describe('the link alone', () => {
  test('opens no step and takes nothing, in a browser that entered no code', async () => {
    const organization = await stage.newOrganization();
    const link = await stage.makeLink(organization);
    const { url } = link;
    const before = await rowsOf(organization);
    await using thief = openHttpBrowser();
    for (const step of STEPS) {
      expect((await thief.open(`${url}/${step}`)).text).not.toContain('Step ');
      const fields = new URLSearchParams({ provider: 'okta', domain: 'contoso.example', 'go-on': 'yes' });
      const posted = await thief.post(`${url}/${step}`, fields, new URL(url));
      expect(posted.text).not.toContain('Step ');
    }
    expect(await rowsOf(organization)).toEqual(before);
  });

  test('names neither its mailbox nor anybody, before the code and after it', async () => {
    const link = await stage.makeLink();
    const { url } = link;
    await using browser = openHttpBrowser();
    const start = await browser.open(url);
    const asked = await browser.submit(start, {}, { button: 'Mail me a code' });
    await stage.mailbox.waitForMail({ to: link.email, subject: /is your code/ });
    for (const page of [start, asked]) {
      expect(page.body).not.toContain(link.email);
      expect(page.body).not.toMatch(/maria|anna@northwind/);
    }
    await using proven = openHttpBrowser();
    const first = await stage.open(proven, link);
    const ready = await stage.prepare(proven, first);
    for (const page of [first, ready]) expect(page.body).not.toMatch(/maria|anna@northwind|\d users/);
  });

  test('is not spent, and changes nothing, when a scanner looks at it', async () => {
    const organization = await stage.newOrganization();
    const link = await stage.makeLink(organization);
    const { url } = link;
    const before = await rowsOf(organization);
    const mails = stage.mailbox.mails.length;
    for (const path of ['', '', '/code', '/prove', ...STEPS.map((step) => `/${step}`)]) await fetch(`${url}${path}`);
    await fetch(url, { method: 'HEAD' });
    expect(await rowsOf(organization)).toEqual(before);
    expect(stage.mailbox.mails.length).toBe(mails);
    expect(await eventsOf(stage.service, organization)).not.toContain('setup-link.opened');
    await using browser = openHttpBrowser();
    expect((await stage.open(browser, link)).text).toContain('Where do your people have their accounts?');
  });

  test('made up, it is told from nothing else', async () => {
    await using browser = openHttpBrowser();
    const made = await browser.open(`${stage.service.url}/setup/${'A'.repeat(43)}`);
    expect([made.status, made.text]).toEqual([410, expect.stringContaining('There is no such link.')]);
  });
});

describe('the code', () => {
  test('counts in the browser that asked for it alone, and once', async () => {
    const link = await stage.makeLink(stage.houses.contoso, 'code@contoso.example');
    const { url } = link;
    await using owner = openHttpBrowser();
    await using thief = openHttpBrowser();
    const asked = await owner.submit(await owner.open(url), {}, { button: 'Mail me a code' });
    const mailed = { to: 'code@contoso.example', subject: /is your code/ };
    const code = codeIn(await stage.mailbox.waitForMail(mailed));
    const own = await thief.submit(await thief.open(url), {}, { button: 'Mail me a code' });
    const other = codeIn(await stage.mailbox.waitForMail(mailed));
    expect(other).not.toBe(code);
    expect((await thief.submit(own, { code }, { button: 'Continue' })).status).toBe(422);
    expect((await owner.submit(asked, { code }, { button: 'Continue' })).text).toContain('Step 1 of 6');
    const replayed = await owner.post(`${url}/prove`, new URLSearchParams({ code }), new URL(url));
    expect(replayed.status).toBe(422);
  });

  test('cannot be guessed: five tries for each, however many are sent at once, and few codes', async () => {
    const organization = await stage.newOrganization();
    const link = await stage.makeLink(organization, 'guessed@contoso.example');
    const { url } = link;
    await using browser = openHttpBrowser();
    const asked = await browser.submit(await browser.open(url), {}, { button: 'Mail me a code' });
    const code = codeIn(await stage.mailbox.waitForMail({ to: 'guessed@contoso.example', subject: /is your code/ }));
    const wrong = code === '000000' ? '000001' : '000000';
    const tries = Array.from({ length: 20 }, async () =>
      browser.post(`${url}/prove`, new URLSearchParams({ code: wrong }), asked.url),
    );
    expect(new Set((await Promise.all(tries)).map(({ status }) => status))).toEqual(new Set([422]));
    const visit = await stage.service.database.db
      .selectFrom('setupVisit')
      .select('attempts')
      .where('organizationId', '=', organization.id)
      .executeTakeFirstOrThrow();
    expect(visit.attempts).toBe(5);
    expect((await browser.submit(asked, { code }, { button: 'Continue' })).status).toBe(422);
    const refused = (await eventsOf(stage.service, organization)).filter((kind) => kind === 'setup-link.refused');
    expect(refused).toHaveLength(21);
    // Each further code allows five more; six are mailed within an hour, thirty in a day over all networks.
    const statuses = [];
    for (let i = 0; i < 6; i += 1)
      statuses.push((await browser.submit(asked, {}, { button: 'Mail me another code' })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  test('is over after ten minutes; a browser that was proven, after twelve hours', async () => {
    const link = await stage.makeLink(stage.houses.contoso, 'late@contoso.example');
    const { url } = link;
    await using browser = openHttpBrowser();
    const asked = await browser.submit(await browser.open(url), {}, { button: 'Mail me a code' });
    const code = codeIn(await stage.mailbox.waitForMail({ to: 'late@contoso.example', subject: /is your code/ }));
    stage.service.clock.advance(601);
    expect((await browser.submit(asked, { code }, { button: 'Continue' })).status).toBe(422);
    await stage.open(browser, link);
    stage.service.clock.advance(12 * 3600 + 1);
    expect((await browser.open(`${url}/provider`)).text).toContain('Mail me a code');
  });
});

describe('when it has ended', () => {
  test('ends with the rights of who made it', async () => {
    const organization = await stage.newOrganization();
    const { url, email } = await stage.makeLink(organization);
    await using browser = openHttpBrowser();
    const first = await stage.open(browser, { url, email });
    const { db } = stage.service.database;
    const anna = db.updateTable('appUser').where('email', '=', 'anna@northwind.example');
    await anna.set({ consoleRole: 'viewer' }).execute();
    const entered = await browser.submit(first, {}, { forged: { provider: 'other' } });
    const opened = await browser.open(url);
    await anna.set({ consoleRole: 'administrator' }).execute();
    expect([entered.status >= 400, opened.status >= 400]).toEqual([true, true]);
    expect(await rowsOf(organization)).toMatchObject({ provider: null });
  });

  test('a domain that was entered decides nothing, and goes with the link', async () => {
    const organization = await stage.newOrganization();
    const { id, ...link } = await stage.makeLink(organization);
    await using browser = openHttpBrowser();
    const domain = await browser.submit(await stage.open(browser, link), {}, { forged: { provider: 'other' } });
    const record = await browser.submit(domain, { domain: 'contoso-typo.example' }, { button: 'Show the record' });
    const other = await browser.submit(record, {}, { button: 'Another domain' });
    await browser.submit(other, { domain: 'contoso-retail.example' }, { button: 'Show the record' });
    const entered = stage.service.database.db
      .selectFrom('domainVerification')
      .select(['domain', 'state', 'held'])
      .where('organizationId', '=', organization.id);
    expect(await entered.execute()).toEqual([{ domain: 'contoso-retail.example', state: 'pending', held: true }]);
    const anna = await stage.administrator();
    await anna.send('POST', stage.at(`/setup-links/${id}/revoke`, organization));
    expect(await entered.execute()).toEqual([]);
  });

  test('revoked while it is open: no page, no step, no hand-over; what was prepared is gone', async () => {
    const organization = await stage.newOrganization();
    const { id, ...link } = await stage.makeLink(organization);
    const { url } = link;
    await using browser = openHttpBrowser();
    const ready = await stage.prepare(browser, await stage.open(browser, link));
    const anna = await stage.administrator();
    expect((await anna.send('POST', stage.at(`/setup-links/${id}/revoke`, organization))).status).toBe(200);
    const over = await browser.submit(ready, {}, { button: 'Hand over' });
    expect([over.status, over.text]).toEqual([410, expect.stringContaining('It was revoked.')]);
    for (const step of STEPS) {
      const posted = await browser.post(`${url}/${step}`, new URLSearchParams({ provider: 'okta' }), ready.url);
      expect([step, posted.status]).toEqual([step, 410]);
    }
    expect((await browser.post(`${url}/code`, new URLSearchParams(), ready.url)).status).toBe(410);
    expect(await rowsOf(organization)).toMatchObject({ provider: 'other', connectionId: null, entered: null });
    expect(await eventsOf(stage.service, organization)).toEqual(
      expect.arrayContaining(['setup-link.revoked', 'setup-link.refused']),
    );
    expect((await anna.send('POST', stage.at(`/setup-links/${id}/revoke`, organization))).status).toBe(410);
  });

  test('revoked while a form is checked: nothing is written', async () => {
    const organization = await stage.newOrganization();
    const { id, ...link } = await stage.makeLink(organization);
    await using browser = openHttpBrowser();
    const first = await stage.open(browser, link);
    await stage.provider.forget();
    let saving: Promise<unknown> | undefined;
    await inTransaction(deps(), async (inside) => {
      const caller = operatorAt(stage.houses.northwind);
      saving = stage.prepare(browser, first);
      await vi.waitUntil(async () => (await stage.provider.journal()).length > 0, { timeout: 60_000 });
      await revokeSetup(inside, caller, { organizationId: organization.id, id: parseId('set', id) });
    });
    await saving;
    const drafts = stage.service.database.db.selectFrom('connection').select('id');
    expect(await drafts.where('organizationId', '=', organization.id).execute()).toEqual([]);
  });

  test('after 7 days, and after the hand-over, nothing can be entered', async () => {
    const organization = await stage.newOrganization();
    const link = await stage.makeLink(organization);
    const { url } = link;
    await using browser = openHttpBrowser();
    const ready = await stage.prepare(browser, await stage.open(browser, link));
    await browser.submit(ready, {}, { button: 'Hand over' });
    const values = { clientId: 'another', discoveryUrl: stage.provider.issuer, clientSecret: SECRET };
    const before = await rowsOf(organization);
    expect((await browser.post(`${url}/values`, new URLSearchParams(values), ready.url)).status).toBe(410);
    expect((await browser.submit(ready, {}, { button: 'Hand over' })).status).toBe(410);
    expect(await rowsOf(organization)).toEqual(before);

    const late = await stage.makeLink(await stage.newOrganization());
    await using other = openHttpBrowser();
    const first = await stage.open(other, late);
    stage.service.clock.advance(7 * 86_400);
    expect((await other.submit(first, {}, { forged: { provider: 'okta' } })).status).toBe(410);
    expect((await other.post(`${late.url}/code`, new URLSearchParams(), first.url)).status).toBe(410);
  });
});

test('a form of another site takes nothing', async () => {
  const organization = await stage.newOrganization();
  const link = await stage.makeLink(organization);
  await using browser = openHttpBrowser();
  await stage.open(browser, link);
  const before = await rowsOf(organization);
  const evil = new URL('http://evil.example/form');
  for (const step of ['code', 'prove', ...STEPS]) {
    const fields = new URLSearchParams({ provider: 'okta', domain: 'contoso.example', code: '1' });
    expect((await browser.post(`${link.url}/${step}`, fields, evil)).status).toBe(403);
  }
  expect(await rowsOf(organization)).toEqual(before);
});
