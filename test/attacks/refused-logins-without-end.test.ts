import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { inForce, paneOf } from '../support/federation.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';

// Lesson: anybody can begin logins and have them refused. That must fill nobody's log, and count against no connection; what
// a provider says of a login without naming it must still reach the administrator.

let ground: HostileGround;
let url: string;

beforeAll(async () => {
  ground = await startHostileGround();
  ({ url } = ground.service);
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await ground.use('code');
  ground.provider.setFaults({});
  await forgetCounts();
  const browser = ground.openBrowser();
  await ground.tryLogin(browser); // confirmed
  await browser[Symbol.asyncDispose]();
});

/** The counts are over: an hour later, as it were. */
async function forgetCounts(): Promise<void> {
  await ground.service.database.db.deleteFrom('rateLimit').execute();
}

const own = (): string => `${url}/login/callback/${formatId('org', ground.organization.id)}`;
async function refusals(organization: Organization): Promise<Record<string, unknown>[]> {
  const rows = await ground.service.database.db
    .selectFrom('auditEvent')
    .select('details')
    .where('organizationId', '=', organization.id)
    .where('kind', '=', 'login.refused')
    .orderBy('id')
    .execute();
  return rows.map(({ details }) => details as Record<string, unknown>);
}
/** What was recorded by some work. */
async function recordedBy(organization: Organization, work: () => Promise<void>): Promise<Record<string, unknown>[]> {
  const before = (await refusals(organization)).length;
  await work();
  return (await refusals(organization)).slice(before);
}
const failingSince = async (): Promise<Date | null | undefined> =>
  (await inForce(ground.service, ground.organization))?.failingSince;

test('an error without state is told to the login this browser has under way, once, and ends it not', async () => {
  let stops = true;
  const stopAt = (address: URL): boolean => stops && address.pathname.startsWith('/login/callback');
  await using browser = openHttpBrowser({ now: () => ground.service.clock.now(), stopAt });
  const start = await browser.open(`${url}/login/start`);
  const email = 'mallory@fabrikam-trading.example';
  const callback = (await browser.submit(start, { email }, { button: 'Continue' })).stoppedAt!;
  stops = false;
  const events = await recordedBy(ground.organization, async () => {
    for (let times = 0; times < 4; times += 1) {
      const page = await browser.open(`${own()}?error=access_denied`);
      expect(page.text).toContain('You or your organization said no. Log in again');
    }
  });
  expect(events).toMatchObject([{ code: 'login.refused', values: { status: 'access_denied' } }]);
  expect((await paneOf(ground.service, ground.organization)).connection!.lastFailure).toMatchObject({
    code: 'login.refused',
  });
  expect(await failingSince()).toBeNull();
  expect((await browser.open(callback)).text).toContain('Your applications');
});

test('without a login it stands in the log of the organization whose callback it is, so many of one network', async () => {
  await using stranger = ground.openBrowser();
  const events = await recordedBy(ground.organization, async () => {
    for (let times = 0; times < 25; times += 1) await stranger.open(`${own()}?error=access_denied&times=${times}`);
  });
  expect(events).toHaveLength(10);
  expect(events[0]).toMatchObject({ reason: 'callback-of-no-login', why: 'without-state', code: 'login.refused' });
  expect(await failingSince()).toBeNull();
  expect((await paneOf(ground.service, ground.organization)).connection!.lastFailure).toBeNull();
  const nobody = await recordedBy(ground.root, async () => {
    await forgetCounts();
    await stranger.open(`${url}/login/callback/org_aaaaaaaaaaaaaaaaaaaaaaaaaa?error=access_denied`);
    await stranger.open(`${url}/login/callback?error=%3Cscript%3E`);
    await stranger.open(`${url}/login/callback?error=invalid_scope`);
    const numbered = new URLSearchParams({ error: 'invalid_request', error_description: 'AADSTS700054: not enabled' });
    await stranger.open(`${url}/login/callback?${numbered.toString()}`);
  });
  const codes = ['login.refused', 'login.refused', 'login.registration', 'entra.700054'];
  expect(nobody.map(({ code }) => code)).toEqual(codes);
  expect(JSON.stringify(nobody)).not.toContain('script');
});

test('an error at another organization’s callback touches no login', async () => {
  const { browser } = await ground.sentBack();
  const events = await recordedBy(ground.organization, async () => {
    await browser.open(`${url}/login/callback?error=access_denied`);
  });
  expect(events).toEqual([]);
  await browser[Symbol.asyncDispose]();
});

test('one login refused again and again is one event', async () => {
  ground.provider.setFaults({ response: [{ kind: 'error', error: 'access_denied' }] });
  await using browser = ground.openBrowser();
  const events = await recordedBy(ground.organization, async () => {
    let page = await ground.tryLogin(browser);
    for (let times = 0; times < 4; times += 1) {
      const again = await browser.submit(page, {}, { button: 'Log in again' });
      page = await browser.submit(again, { email: 'mallory@fabrikam-trading.example' }, { button: 'Continue' });
      expect(page.text).toContain('You or your organization said no.');
    }
  });
  expect(events).toHaveLength(1);
});

test('refused logins of one network are recorded up to a limit, and again when its time is over', async () => {
  ground.provider.setFaults({ response: [{ kind: 'error', error: 'access_denied' }] });
  const refuse = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      await using browser = ground.openBrowser();
      await ground.tryLogin(browser);
    }
  };
  const { db } = ground.service.database;
  const ofNetwork = `refusal:${ground.organization.id} %`;
  expect(await recordedBy(ground.organization, async () => refuse(2))).toHaveLength(2);
  await db.updateTable('rateLimit').set({ points: 58 }).where('key', 'like', ofNetwork).execute();
  expect(await recordedBy(ground.organization, async () => refuse(4))).toHaveLength(2);
  await forgetCounts();
  expect(await recordedBy(ground.organization, async () => refuse(1))).toHaveLength(1);
});
