import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openHttpBrowser } from '../support/http-browser.ts';
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
