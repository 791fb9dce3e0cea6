import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openHttpBrowser } from '../support/http-browser.ts';
import { inTransaction } from '../../src/db/database.ts';
import type { Page } from '../support/page.ts';
import { DIRECTORIES, adminOf, consentGround, startTemplateStage } from '../support/templates.ts';
import type { ConsentGround, TemplateStage } from '../support/templates.ts';

// Lesson: a token of a directory says who logged in there, not whose it is. A guest's token names the directory that is visited;
// and whose a directory is here is told to nobody who cannot log in to it.

const [CONTOSO, FABRIKAM] = DIRECTORIES;
let stage: TemplateStage;
let ground: ConsentGround;
beforeAll(async () => {
  stage = await startTemplateStage();
  const { at } = await stage.makeTemplate(await stage.administrator(), { clientSecret: 'the secret of Northwind' });
  ground = consentGround(stage, at);
});
afterAll(async () => stage?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await stage.service.database.db.deleteFrom('rateLimit').execute();
  await stage.service.database.db.deleteFrom('adminConsent').execute();
});

const openBrowser = () => openHttpBrowser({ now: () => stage.service.clock.now() });

/** The administrator of a directory consents for a customer of its own. */
async function consented(domain: string) {
  const { organization, link } = await ground.customer();
  await stage.fabrikam.endSessions();
  await using browser = openBrowser();
  await stage.consent(browser, link, domain);
  expect(await ground.consentOf(organization)).toMatchObject({ testedAt: expect.any(Date) });
  await stage.fabrikam.endSessions();
  return organization;
}

async function forget(organization: { id: string }): Promise<void> {
  await stage.service.database.db
    .deleteFrom('adminConsent')
    .where('organizationId', '=', organization.id as never)
    .execute();
}

test('whoever writes the id of a directory does not learn whether another customer here has it', async () => {
  await consented(CONTOSO.domain);
  await forget(await consented(FABRIKAM.domain));
  const { organization, link } = await ground.customer();
  const told = [];
  for (const { id } of [CONTOSO, FABRIKAM]) {
    await using it = openBrowser();
    const { url, status } = await it.open(ground.answer(await ground.begin(it, link), id));
    const { failure } = (await ground.consentOf(organization))!;
    const page = await it.open(link);
    told.push([url.origin, url.pathname.replace(id, '…'), status, failure, page.text.replaceAll(id, '…')]);
  }
  expect(told[0]).toEqual(told[1]);
  expect(told[0]![0]).toBe(stage.fabrikam.origin);
});

test('a guest of a directory neither takes it for another organization nor learns whose it is', async () => {
  const owner = await consented(CONTOSO.domain);
  await stage.fabrikam.addUsers({
    oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e77',
    directory: CONTOSO.id,
    guestFrom: FABRIKAM.id,
    upn: adminOf(FABRIKAM.domain).loginfmt,
    name: 'A consultant',
  });
  const asGuest = async () => {
    await stage.fabrikam.endSessions();
    const { organization, link } = await ground.customer();
    await using it = openBrowser();
    const there = await it.open(ground.answer(await ground.begin(it, link), CONTOSO.id));
    const page = await it.follow(await it.submit(there, adminOf(FABRIKAM.domain), { button: 'Sign in' }), 'Go on');
    expect(page.text).toContain('is a guest in that directory');
    return await ground.consentOf(organization);
  };
  const refused = { directoryId: CONTOSO.id, testedAt: null, failure: 'consent.guest' };
  expect(await asGuest()).toMatchObject(refused);
  await forget(owner);
  expect(await asGuest()).toMatchObject(refused);
  // The directory is free for whom it belongs to.
  await consented(CONTOSO.domain);
});

test('of two organizations that prove one directory at the same moment one has it', async () => {
  const { db } = stage.service.database;
  const customers = [await ground.customer(), await ground.customer()];
  const browsers = customers.map(() => openBrowser());
  await using _first = browsers[0]!;
  await using _second = browsers[1]!;
  const pages: Page[] = [];
  for (const [index, { link }] of customers.entries()) {
    await stage.fabrikam.endSessions();
    pages.push(await stage.accept(browsers[index]!, link, CONTOSO.domain));
  }
  // Both wait here for their own row, and go on together.
  const waiting = async () =>
    sql<{ count: number }>`select count(distinct pid)::int as count from pg_locks join pg_stat_activity using (pid)
      where not granted and datname = current_database()`.execute(db);
  const answers = await inTransaction({ db }, async (held) => {
    await held.db.selectFrom('adminConsent').select('id').forUpdate().execute();
    const sent = pages.map(async (page, index) =>
      browsers[index]!.submit(page, adminOf(CONTOSO.domain), { button: 'Sign in' }),
    );
    await expect.poll(async () => (await waiting()).rows[0]?.count, { timeout: 3000 }).toBe(2);
    return { sent };
  });
  const statuses = (await Promise.all(answers.sent)).map(({ status }) => status);
  expect(statuses).toEqual([200, 200]);
  const failures = await Promise.all(customers.map(async ({ organization }) => ground.consentOf(organization)));
  expect(failures.map((consent) => consent!.failure ?? 'proven').toSorted()).toEqual([
    'consent.directory-taken',
    'proven',
  ]);
});
