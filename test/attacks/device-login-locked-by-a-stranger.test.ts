import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { askForDevice } from '../support/devices.ts';
import type { WaitingDevice } from '../support/devices.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import type { Page } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: codes of devices are short, so guesses are counted over everybody. Who types on beyond the limit of their own network
// must not use that limit up: nobody would connect a device any more.

let service: TestService;
let root: Organization;
let television: string;

const HERE = 5;
const EVERYWHERE = 12;

beforeAll(async () => {
  service = await startService({ settings: { TRUSTED_PROXIES: '127.0.0.1' } });
  root = await makeRoot(service);
  television = (await makeApplication(service, root, { kind: 'native', deviceLogin: true, redirectUris: [] }))
    .application.clientId;
  const limits = [
    { name: 'network-device-codes', most: HERE },
    { name: 'device-codes', most: EVERYWHERE },
  ] as const;
  await service.database.db.insertInto('limitPolicy').values(limits).execute();
});
afterAll(async () => service?.close());
beforeEach(async () => {
  await service.database.db.deleteFrom('rateLimit').execute();
});

const open = (network: string): HttpBrowser =>
  openHttpBrowser({ now: () => service.clock.now(), headers: { 'x-forwarded-for': network } });
const enter = async (browser: HttpBrowser, { user_code }: Pick<WaitingDevice, 'user_code'>): Promise<Page> =>
  browser.submit(await browser.open(`${service.url}/device`), { user_code });
const guess = async (browser: HttpBrowser, times: number): Promise<number[]> => {
  const statuses: number[] = [];
  for (let i = 0; i < times; i += 1) statuses.push((await enter(browser, { user_code: 'BBBB-BBBB' })).status);
  return statuses;
};
const everywhere = async (): Promise<number> => {
  const counter = service.database.db.selectFrom('rateLimit').select('points').where('key', '=', 'device codes');
  return (await counter.executeTakeFirst())?.points ?? 0;
};

test('one network that guesses without end is stopped, and uses up nothing of everybody’s limit', async () => {
  await using stranger = open('198.51.100.1');
  const statuses = await guess(stranger, 30);
  expect(statuses.filter((status) => status !== 429)).toHaveLength(HERE);
  expect(await everywhere()).toBe(HERE);
  await using somebody = open('203.0.113.7');
  const page = await enter(somebody, await askForDevice(service, television));
  expect(page.text).toContain('Reports');
});

test('right codes are not counted for everybody', async () => {
  await using somebody = open('203.0.113.8');
  const started = await askForDevice(service, television);
  for (let i = 0; i < 3; i += 1) expect((await enter(somebody, started)).text).toContain('Reports');
  expect(await everywhere()).toBe(0);
});

test('guesses of many networks stop those that nobody is logged in to, a right code too; who is logged in goes on', async () => {
  const maria = await makePerson(service, root, 'maria@northwind.example');
  await using hers = open('203.0.113.9');
  await logIn(hers, service, await hers.open(`${service.url}/login/start`), maria);
  for (let network = 0; network < 3; network += 1) {
    await using stranger = open(`198.51.100.${network + 10}`);
    await guess(stranger, HERE);
  }
  expect(await everywhere()).toBe(EVERYWHERE);
  const started = await askForDevice(service, television);
  await using fresh = open('203.0.113.10');
  const refused = await enter(fresh, started);
  expect([refused.status, refused.text.includes('Reports')]).toEqual([429, false]);
  expect((await enter(hers, started)).text).toContain('Reports');
  // Counted by herself, wherever she goes on.
  expect((await guess(hers, HERE)).filter((status) => status === 429)).toHaveLength(1);
  expect(await everywhere()).toBe(EVERYWHERE);
});
