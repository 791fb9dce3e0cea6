import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import { configure, goToProvider, inForce, routeDomains } from '../support/federation.ts';
import { makeManaged, makePerson } from '../support/fixtures.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { addApiToken, addUser, org } from '../support/people.ts';

// Lesson: who is in a pilot logs in by it alone, also where the others log in by the connection of the organization above; and
// saving other settings opens the pilot to nobody.

let ground: HostileGround;
let next: HostileProvider;
beforeAll(async () => {
  ground = await startHostileGround();
  next = await startHostileProvider({ host: '127.0.0.4' });
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await next?.stop();
});

const elsewhere = () => ({
  method: 'openid-connect',
  clientId: 'gatehouse',
  discoveryUrl: next.issuer,
  credential: 'none',
});
const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock });

test('nobody who is in a pilot comes by the connection of the managing organization, by the address of another', async () => {
  const { service, provider, organization } = ground;
  await ground.use('code');
  const below = await makeManaged(service, organization, 'Fabrikam Toys');
  const ines = await addUser(deps(), below, 'ines@fabrikam-toys.example');
  await addUser(deps(), below, 'otto@fabrikam-toys.example');
  await configure(service, below, { method: 'same-as-managing' });
  await routeDomains(service, below);
  const comesAs = async (sub: string, email: string, typed: string) => {
    provider.person = { sub, email, email_verified: true };
    await using browser = ground.openBrowser();
    return await goToProvider(browser, service, typed);
  };
  expect((await comesAs('ines', ines.email, ines.email)).title).toContain('Your applications');
  await configure(service, below, elsewhere(), { pilot: { addresses: ines.email } });
  // Until it is confirmed she may try the way before, too.
  next.person = { sub: 'ines', email: ines.email, email_verified: true };
  await using first = ground.openBrowser();
  expect((await goToProvider(first, service, ines.email)).title).toContain('Your applications');
  expect((await inForce(service, below))?.state).toBe('active');
  const sessions = async () => deps().db.selectFrom('session').select('id').where('userId', '=', ines.id).execute();
  const before = await sessions();
  const refused = await comesAs('ines', ines.email, 'otto@fabrikam-toys.example');
  expect(refused.title).toContain('You could not be logged in');
  expect(await sessions()).toEqual(before);
  // Otto does.
  const otto = await comesAs('otto', 'otto@fabrikam-toys.example', 'otto@fabrikam-toys.example');
  expect(otto.title).toContain('Your applications');
});

test('other settings that are saved without a word of the pilot leave it as it runs', async () => {
  const { service, organization } = ground;
  const ines = await makePerson(service, organization, 'ines@fabrikam-trading.example');
  await configure(service, organization, { method: 'built-in' });
  await configure(service, organization, elsewhere(), { pilot: { addresses: ines.email } });
  const api = apiClient(service.url, await addApiToken(deps(), ground.root, 'administrator'));
  const path = `/organizations/${org(organization)}/authentication`;
  const { version } = (await api.get(path)).body;
  const saved = await api.send('PUT', path, { settings: { ...elsewhere(), scope: 'openid email' }, version });
  expect(saved.body.pilot).toMatchObject({ named: 1 });
  expect(await inForce(service, organization)).toMatchObject({ pilotUserIds: [ines.userId], state: 'unconfirmed' });
});
