import { afterAll, beforeAll, expect, test } from 'vitest';
import { configure, goToProvider, inForce } from '../support/federation.ts';
import { makePerson } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';

// Lesson: a pilot is a second way in. Who is outside must not come by the new one, nor who is inside by the old one.

let ground: HostileGround;
let ines: Person;

const settings = () => ({
  method: 'openid-connect',
  clientId: 'gatehouse',
  discoveryUrl: ground.provider.issuer,
  credential: 'secret',
  flow: 'code',
  clientSecret: 'kept',
});

beforeAll(async () => {
  ground = await startHostileGround();
  ines = await makePerson(ground.service, ground.organization, 'ines@fabrikam-trading.example');
  await configure(ground.service, ground.organization, { method: 'built-in' });
  await configure(ground.service, ground.organization, settings(), { pilot: { addresses: ines.email } });
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

const sessions = async (): Promise<number> =>
  (await ground.service.database.db.selectFrom('session').select('id').execute()).length;

test('who is in a pilot that is confirmed logs in by no password', async () => {
  await using early = ground.openBrowser();
  const asked = await early.open(`${ground.service.url}/login/start`);
  ground.provider.person = { sub: 'ines', email: ines.email, email_verified: true };
  await using browser = ground.openBrowser();
  expect((await goToProvider(browser, ground.service, ines.email)).title).toContain('Your applications');
  expect((await inForce(ground.service, ground.organization))?.state).toBe('active');
  const answer = await early.submit(asked, { email: ines.email }, { button: 'Continue' });
  expect(answer.title).not.toContain('Enter Your Password');
});

test('somebody outside does not come by the connection of the pilot, also with an account tied to it before', async () => {
  // Everybody's for a moment: mallory's account there is tied.
  await configure(ground.service, ground.organization, settings());
  ground.provider.person = { sub: 'mallory', email: MALLORY, email_verified: true };
  await using first = ground.openBrowser();
  expect((await goToProvider(first, ground.service, MALLORY)).title).toContain('Your applications');
  await configure(ground.service, ground.organization, { method: 'built-in' });
  await configure(ground.service, ground.organization, settings(), { pilot: { addresses: ines.email } });
  const { database } = ground.service;
  const connection = await inForce(ground.service, ground.organization);
  await database.db
    .updateTable('identity')
    .set({ connectionId: connection!.id })
    .where('subject', '=', 'mallory')
    .execute();
  const before = await sessions();
  await using browser = ground.openBrowser();
  const refused = await goToProvider(browser, ground.service, ines.email);
  expect(refused.title).toContain('You could not be logged in');
  expect(await sessions()).toBe(before);
});
