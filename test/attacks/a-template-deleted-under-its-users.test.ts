import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/database.ts';
import { configure, goToProvider, inForce, routeDomains } from '../support/federation.ts';
import { makePerson } from '../support/fixtures.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addUser, org } from '../support/people.ts';
import { DIRECTORIES, adminOf, startTemplateStage } from '../support/templates.ts';
import type { TemplateStage } from '../support/templates.ts';

// Lesson: a pilot keeps the connection before it in use, however long it lasts. What that connection lives on must not be
// taken from under the people who still log in by it.

const [CONTOSO, , TAILSPIN] = DIRECTORIES;
const DAY = 86_400;
let stage: TemplateStage;
let next: HostileProvider;
beforeAll(async () => {
  stage = await startTemplateStage();
  next = await startHostileProvider();
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await next?.stop();
});

test('a template that a pilot leaves to the others is not deleted, also after the 30 days of switching back', async () => {
  const { service } = stage;
  const deps = { db: service.database.db, clock: service.clock };
  const { at } = await stage.makeTemplate(await stage.administrator(), { clientSecret: 'the secret of Northwind' });
  const organization = await stage.newOrganization('Litware');
  await addUser(deps, organization, `admin@${CONTOSO.domain}`);
  const ines = await makePerson(service, organization, 'ines@litware.example');
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  await stage.consent(
    browser,
    await stage.ask(await stage.administrator(), at, organization, 'it@litware.example'),
    CONTOSO.domain,
  );
  const organizations = [{ organizationId: org(organization), directoryId: CONTOSO.id }];
  const turned = await (await stage.administrator()).send('POST', `${at}/turn-on`, { organizations });
  expect(turned.body.results).toMatchObject([{ done: true }]);
  await routeDomains(service, organization);
  const logsIn = async (): Promise<boolean> => {
    await using again = openHttpBrowser({ now: () => service.clock.now() });
    await stage.fabrikam.endSessions();
    const there = await goToProvider(again, service, `admin@${CONTOSO.domain}`);
    const back = await again.submit(there, adminOf(CONTOSO.domain), { button: 'Sign in' });
    return back.title.includes('Your applications');
  };
  expect(await logsIn()).toBe(true);

  const settings = { method: 'openid-connect', clientId: 'gatehouse', discoveryUrl: next.issuer, credential: 'none' };
  await configure(service, organization, settings, { pilot: { addresses: ines.email } });
  // 40 days later, as the rows tell it: logins do not live through a clock that is moved by as much.
  const before = new Date(service.clock.now().getTime() - 40 * DAY * 1000);
  await deps.db.updateTable('connection').set({ configuredAt: before }).where('state', '=', 'unconfirmed').execute();
  const kept = { previousUntil: new Date(before.getTime() + 30 * DAY * 1000) };
  await deps.db.updateTable('connection').set(kept).where('state', '=', 'previous').execute();
  const deleted = async () => (await stage.administrator()).send('DELETE', at);
  expect((await deleted()).body).toMatchObject({ code: 'template.in-use' });
  expect(await logsIn()).toBe(true);

  // Everybody's, and confirmed: nobody uses it any more.
  const { id } = (await inForce(service, organization))!;
  await deps.db.updateTable('connection').set({ pilotUserIds: null, state: 'active' }).where('id', '=', id).execute();
  expect((await deleted()).status).toBe(204);
});

test('of deleting a template and turning it on at the same moment, one is refused', async () => {
  const { service } = stage;
  const { db } = service.database;
  const { at } = await stage.makeTemplate(await stage.administrator(), { name: 'Shops' });
  const organization = await stage.newOrganization('Tailspin');
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  await stage.fabrikam.endSessions();
  const link = await stage.ask(await stage.administrator(), at, organization, 'it@tailspin.example');
  await stage.consent(browser, link, TAILSPIN.domain);
  const organizations = [{ organizationId: org(organization), directoryId: TAILSPIN.id }];
  const [one, another] = [await stage.administrator(), await stage.administrator()];
  const waiting = async (): Promise<number | undefined> =>
    (
      await sql<{
        count: number;
      }>`select count(distinct pid)::int as count from pg_locks join pg_stat_activity using (pid)
        where not granted and datname = current_database()`.execute(db)
    ).rows[0]?.count;
  const sent = await inTransaction({ db }, async (held) => {
    await held.db
      .selectFrom('adminConsent')
      .select('id')
      .where('organizationId', '=', organization.id)
      .forUpdate()
      .execute();
    const turning = one.send('POST', `${at}/turn-on`, { organizations });
    await expect.poll(waiting, { timeout: 3000 }).toBe(1);
    const deleting = another.send('DELETE', at);
    await expect.poll(waiting, { timeout: 3000 }).toBe(2);
    return { turning, deleting };
  });
  expect((await sent.turning).body.results).toMatchObject([{ done: true }]);
  expect((await sent.deleting).body).toMatchObject({ code: 'template.in-use' });

  // The other way round, it is gone for whoever comes later.
  const gone = await stage.makeTemplate(one, { name: 'Branches' });
  expect((await one.send('DELETE', gone.at)).status).toBe(204);
  const late = await one.send('POST', `${gone.at}/turn-on`, { organizations });
  expect(late.body).toMatchObject({ code: 'template.not-found' });
});
