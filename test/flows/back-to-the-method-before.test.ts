import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomUuid } from '../../src/base/random.ts';
import { switchBack } from '../../src/connections/configure/switch-back.ts';
import { findLoginMethod, findPreviousMethod } from '../../src/connections/find-login-method.ts';
import { createConnectors } from '../../src/connectors/create-connectors.ts';
import { createGuardedFetch } from '../../src/connectors/outgoing/guarded-fetch.ts';
import { findOrganization } from '../../src/organizations/find-organization.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { configure, inForce } from '../support/federation.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { administratorOf, makeManaged } from '../support/fixtures.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';

/** Both providers are honest ones here. */
let ground: HostileGround;
let other: HostileProvider;

beforeAll(async () => {
  ground = await startHostileGround();
  other = await startHostileProvider({ host: '127.0.0.4' });
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await other?.stop();
});

const now = async (organization: Organization): Promise<Organization> =>
  (await findOrganization({ db: ground.service.database.db }, organization.id))!;
const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock });

async function goBack(organization: Organization): Promise<Organization> {
  const { clock, secrets, config, url } = ground.service;
  const fetch = createGuardedFetch({ allowedHosts: config.allowedProviderHosts });
  const entraAuthority = config.entraAuthority.origin;
  const connectors = createConnectors({ fetch, clock, entraAuthority, ownIssuer: url });
  const { id, version } = await now(organization);
  const caller = administratorOf(organization, ground.service);
  const texts = createTexts('Gatehouse');
  return switchBack({ ...deps(), secrets, connectors, texts, publicUrl: url }, caller, { organizationId: id, version });
}

test('another provider is another connection; switching back brings the first one back with its identities', async () => {
  await ground.use('code');
  await using browser = ground.openBrowser();
  expect((await ground.tryLogin(browser)).title).toContain('Your applications');
  const first = await inForce(ground.service, ground.organization);
  expect(first?.state).toBe('active');

  const second = await configure(ground.service, ground.organization, {
    method: 'openid-connect',
    clientId: 'gatehouse',
    discoveryUrl: other.issuer,
    credential: 'none',
  });
  expect(second?.id).not.toBe(first?.id);
  await goBack(ground.organization);
  expect(await inForce(ground.service, ground.organization)).toMatchObject({
    id: first?.id,
    issuer: ground.provider.issuer,
    state: 'active',
  });
});

test('who followed the managing organization goes back to following it, with the method that has there by then', async () => {
  const above = await makeManaged(ground.service, ground.root, 'Contoso');
  const below = await makeManaged(ground.service, above, 'Contoso Retail');
  const elsewhere = {
    method: 'openid-connect',
    clientId: `gatehouse-${randomUuid()}`,
    discoveryUrl: other.issuer,
    credential: 'none',
  };
  await configure(ground.service, below, { method: 'same-as-managing' });
  await configure(ground.service, below, elsewhere);
  // Unconfirmed: the way before stays open, here the password.
  expect((await findLoginMethod(deps(), await now(below), null)).another).toEqual({
    method: 'built-in',
    connection: null,
  });
  const theirs = await configure(ground.service, above, elsewhere);
  expect((await findPreviousMethod(deps(), await now(below), undefined))?.connection?.id).toBe(theirs?.id);
  expect((await goBack(below)).method).toBe('same-as-managing');
});

test('who is logged in through the connection that was left has no factor of ours: a change asks for a whole login', async () => {
  await configure(ground.service, ground.organization, { method: 'built-in' });
  await ground.use('code');
  await using browser = ground.openBrowser();
  expect((await ground.tryLogin(browser)).title).toContain('Your applications');
  const account = `${ground.service.url}/account`;
  expect((await browser.open(account)).text).toContain('You log in through your organization’s own login page.');
  await goBack(ground.organization);
  ground.service.clock.advance(11 * 60);
  const codes = new URL('/account/codes', ground.service.url);
  const page = await browser.post(codes, new URLSearchParams(), new URL(account));
  expect(page.title).toContain('Log in');
  expect(page.html.querySelector('input[name=email]')).not.toBeNull();
});

test('after 30 days there is no way back', async () => {
  const organization = await makeManaged(ground.service, ground.root, 'Fabrikam');
  await expect(goBack(organization)).rejects.toThrow('connection.not-found');
  await configure(ground.service, organization, { method: 'same-as-managing' });
  ground.service.clock.advance(30 * 86_400 + 1);
  await expect(goBack(organization)).rejects.toThrow('connection.not-found');
});
