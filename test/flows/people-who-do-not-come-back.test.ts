import { afterAll, beforeAll, expect, test } from 'vitest';
import { expireTransactions } from '../../src/connections/authorization/expire-transactions.ts';
import { paneOf } from '../support/federation.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';

let ground: HostileGround;

beforeAll(async () => {
  ground = await startHostileGround();
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

/** Goes to the provider and stays there. */
async function goAndStay(): Promise<void> {
  const { service, provider } = ground;
  const { origin } = new URL(provider.issuer);
  const browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (address) => address.origin === origin });
  await ground.tryLogin(browser);
  await browser[Symbol.asyncDispose]();
}

async function shown(): Promise<object> {
  const { database, clock } = ground.service;
  await expireTransactions({ db: database.db, clock });
  const { unreturned, unreturnedSince } = (await paneOf(ground.service, ground.organization)).connection!;
  return { unreturned, unreturnedSince };
}

const NOBODY = { unreturned: 0, unreturnedSince: null };
const SINCE = expect.stringMatching(/^2/) as string;

test('logins that went to the provider and did not come back are counted until one succeeds', async () => {
  await ground.use('code');
  await goAndStay();
  expect(await shown()).toEqual(NOBODY); // it may still come back
  ground.service.clock.advance(11 * 60);
  expect(await shown()).toEqual({ unreturned: 1, unreturnedSince: SINCE });
  await goAndStay();
  await goAndStay();
  ground.service.clock.advance(11 * 60);
  expect(await shown()).toEqual({ unreturned: 3, unreturnedSince: SINCE });

  await using browser = ground.openBrowser();
  await ground.tryLogin(browser);
  expect(await shown()).toEqual(NOBODY);
});

test('who came back, with whatever, is not among them; nor who went before the settings were saved anew', async () => {
  await ground.use('code');
  ground.provider.setFaults({ http: { token: { kind: 'error', status: 503 } } });
  await using browser = ground.openBrowser();
  await ground.tryLogin(browser);
  ground.provider.setFaults({});
  await goAndStay();
  await ground.use('code');
  ground.service.clock.advance(11 * 60);
  expect(await shown()).toEqual(NOBODY);
});
