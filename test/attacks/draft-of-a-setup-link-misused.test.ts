import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import { configure, inForce } from '../support/federation.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addApiToken, addSession, addUser, org } from '../support/people.ts';
import { SECRET, startSetupStage } from '../support/setup-links.ts';
import type { SetupStage } from '../support/setup-links.ts';

// Lesson: what somebody without an account prepares becomes how an organization logs in: it must not be in force before an
// administrator of that organization says so, and what was typed for it must open nothing else.

let stage: SetupStage;
const deps = () => ({ db: stage.service.database.db, clock: stage.service.clock, url: stage.service.url });

beforeAll(async () => {
  stage = await startSetupStage();
  await addUser(deps(), stage.houses.contoso, 'maria@contoso.example', { role: 'administrator' });
});
afterAll(async () => stage?.[Symbol.asyncDispose]());
// Each test is another visitor: they share this machine's address.
beforeEach(async () => void (await stage.service.database.db.deleteFrom('rateLimit').execute()));

describe('what is in force', () => {
  test('does not change before Turn on, and a draft from before a change is asked about again', async () => {
    const organization = await stage.newOrganization();
    const anna = await stage.administrator();
    const live = { clientId: 'live', discoveryUrl: stage.provider.issuer, clientSecret: SECRET };
    await configure(stage.service, organization, { method: 'openid-connect', credential: 'secret', ...live });
    const before = await inForce(stage.service, organization);
    const link = await stage.makeLink(organization);
    await using browser = openHttpBrowser();
    const ready = await stage.prepare(browser, await stage.open(browser, link));
    await browser.submit(ready, {}, { button: 'Hand over' });
    expect(await inForce(stage.service, organization)).toEqual(before);

    await configure(stage.service, organization, {
      method: 'openid-connect',
      credential: 'secret',
      ...live,
      clientId: 'newer',
    });
    const newer = await inForce(stage.service, organization);
    const { version } = (await anna.get(stage.at('/authentication', organization))).body;
    const at = stage.at(`/setup-links/${link.id}`, organization);
    const refused = await anna.send('POST', `${at}/turn-on`, { version });
    expect([refused.status, refused.body.code]).toEqual([409, 'draft.outdated']);
    expect(await inForce(stage.service, organization)).toEqual(newer);
    const turned = await Promise.all(
      Array.from({ length: 4 }, async () => anna.send('POST', `${at}/turn-on`, { version, despiteChange: true })),
    );
    const answers = turned.map(({ status, body }) => (status === 200 ? 'done' : `${status} ${body.code}`));
    expect(answers.filter((answer) => !/^409 (?:version\.conflict|draft\.none|draft\.outdated)$/.test(answer))).toEqual(
      ['done'],
    );
    expect((await inForce(stage.service, organization))?.settings).toMatchObject({ clientId: 'gatehouse' });
  });

  test('is turned on by a person with a fresh factor alone, and only what was handed over', async () => {
    const organization = await stage.newOrganization();
    const anna = await stage.administrator();
    const link = await stage.makeLink(organization);
    const at = stage.at(`/setup-links/${link.id}`, organization);
    await using browser = openHttpBrowser();
    const ready = await stage.prepare(browser, await stage.open(browser, link));
    const early = await anna.send('POST', `${at}/turn-on`, { version: 1 });
    expect([early.status, early.body.code]).toEqual([409, 'draft.none']);
    await browser.submit(ready, {}, { button: 'Hand over' });
    const stale = await stage.administrator({ factorAt: new Date(stage.service.clock.now().getTime() - 11 * 60_000) });
    expect((await stale.send('POST', `${at}/turn-on`, { version: 1 })).body.code).toBe('caller.stale-factor');
    const program = apiClient(stage.service.url, await addApiToken(deps(), stage.houses.northwind, 'editor'));
    expect((await program.send('POST', `${at}/turn-on`, { version: 1 })).body.code).toBe('caller.denied');
    expect(await inForce(stage.service, organization)).toBeUndefined();
    expect((await anna.send('POST', `${at}/discard`)).body.state).toBe('discarded');
    expect((await anna.send('POST', `${at}/turn-on`, { version: 1 })).body.code).toBe('draft.none');
  });
});

test('an administrator of another organization sees no link and decides nothing', async () => {
  const organization = await stage.newOrganization();
  const link = await stage.makeLink(organization);
  const { id } = link;
  const eve = await addUser(deps(), stage.houses.fabrikam, 'eve@fabrikam.example', { role: 'administrator' });
  const other = apiClient(stage.service.url, (await addSession(deps(), eve)).token);
  for (const path of ['', `/${id}/revoke`, `/${id}/check`, `/${id}/discard`]) {
    const method = path === '' ? 'GET' : 'POST';
    const theirs = await other.send(method, `/organizations/${org(organization)}/setup-links${path}`);
    expect([theirs.status, theirs.body.code]).toEqual([404, 'organization.not-found']);
    if (path === '') continue;
    const mixed = await other.send(method, `/organizations/${org(stage.houses.fabrikam)}/setup-links${path}`);
    expect([mixed.status, mixed.body.code]).toEqual([404, 'setup-link.not-found']);
  }
});

describe('what is typed', () => {
  test('a secret is never shown again: not beside a mistake, not to the administrator, not in the log or a dump', async () => {
    const organization = await stage.newOrganization();
    const anna = await stage.administrator();
    const typed = 'Typed.Once~By-The-IT-Person';
    const link = await stage.makeLink(organization);
    await using browser = openHttpBrowser();
    const first = await stage.open(browser, link);
    const wrong = await stage.prepare(browser, first, {
      discoveryUrl: `${stage.provider.issuer}/nowhere`,
      clientSecret: typed,
    });
    const tested = await browser.submit(
      wrong,
      { discoveryUrl: stage.provider.issuer, clientSecret: typed },
      { button: 'Check and continue' },
    );
    const ready = await browser.submit(tested, {}, { button: 'Go on without a test' });
    const again = await browser.open(`${link.url}/values`);
    await browser.submit(ready, {}, { button: 'Hand over' });
    const list = await anna.get(stage.at('/setup-links', organization));
    const events = await anna.get(stage.at('/audit-events', organization));
    for (const shown of [wrong.body, ready.body, again.body, JSON.stringify(list.body), JSON.stringify(events.body)]) {
      expect(shown).not.toContain(typed);
    }
    const { db } = stage.service.database;
    const rows = [
      await db.selectFrom('setupInvitation').selectAll().execute(),
      await db.selectFrom('connection').selectAll().execute(),
    ];
    expect(JSON.stringify(rows)).not.toContain(typed);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(typed).toString('hex'));
  });

  test('a secret does not travel to another provider than the one it was entered for', async () => {
    const organization = await stage.newOrganization();
    const link = await stage.makeLink(organization);
    await using browser = openHttpBrowser();
    await stage.prepare(browser, await stage.open(browser, link));
    await using other = await startHostileProvider();
    const values = new URLSearchParams({ clientId: 'gatehouse', discoveryUrl: other.issuer, clientSecret: '' });
    const answer = await browser.post(`${link.url}/values`, values, new URL(link.url));
    expect([answer.status, answer.html.querySelector('#clientSecret-wrong') !== null]).toEqual([422, true]);
  });

  test('no address of a network of ours is called', async () => {
    const organization = await stage.newOrganization();
    const link = await stage.makeLink(organization);
    await using browser = openHttpBrowser();
    const first = await stage.open(browser, link);
    const inside = [
      'https://169.254.169.254',
      'https://10.0.0.1:5432',
      'https://[fd00::1]',
      'file:///etc/passwd',
      'https://192.168.0.1',
    ];
    for (const discoveryUrl of inside) {
      const page = await stage.prepare(browser, first, { discoveryUrl });
      expect([page.status, page.html.querySelector('#discoveryUrl-wrong') !== null]).toEqual([422, true]);
    }
    for (const domain of ['127.0.0.1', 'localhost', '10.in-addr.arpa', 'gmail.com', 'a..b', 'co.uk']) {
      const form = await browser.open(`${link.url}/domain`);
      const page = await browser.submit(form, { domain }, { button: 'Show the record' });
      expect([domain, page.status]).toEqual([domain, 422]);
    }
    // However often: ten calls a minute.
    let last = 200;
    for (let i = 0; i < 8; i += 1) {
      const values = new URLSearchParams({ clientId: 'x', discoveryUrl: 'https://10.0.0.1', clientSecret: 'x' });
      last = (await browser.post(`${link.url}/values`, values, first.url)).status;
    }
    expect(last).toBe(429);
  });
});

test('a test of one draft says nothing of another that was saved while its provider was asked', async () => {
  const organization = await stage.newOrganization();
  const link = await stage.makeLink(organization);
  await using browser = openHttpBrowser();
  await using slow = await startHostileProvider();
  const ready = await stage.prepare(browser, await stage.open(browser, link), { discoveryUrl: slow.issuer });
  expect(ready.status).toBe(200);
  const held = slow.holdMetadata();
  const begun = browser.post(`${link.url}/test`, new URLSearchParams(), new URL(link.url));
  await held.asked;
  const second = { clientId: 'gatehouse', discoveryUrl: stage.provider.issuer, clientSecret: SECRET };
  await browser.post(`${link.url}/values`, new URLSearchParams(second), new URL(link.url));
  held.answer();
  expect((await begun).text).toContain('Test now');
  const { db } = stage.service.database;
  const left = await db.selectFrom('trial').select('id').where('organizationId', '=', organization.id).execute();
  const { trialId } = await db
    .selectFrom('setupInvitation')
    .select('trialId')
    .where('organizationId', '=', organization.id)
    .executeTakeFirstOrThrow();
  expect([trialId, left]).toEqual([null, []]);
  const draft = await db
    .selectFrom('connection')
    .select('issuer')
    .where('organizationId', '=', organization.id)
    .executeTakeFirstOrThrow();
  expect(draft.issuer).toBe(stage.provider.issuer);
});
