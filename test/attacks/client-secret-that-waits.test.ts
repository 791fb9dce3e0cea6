import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Trial } from '../../src/api/contract/connections/trials.ts';
import {
  deleteNextSecret,
  enterNextSecret,
  readClientSecrets,
  useClientSecret,
} from '../../src/connections/secrets/manage-client-secrets.ts';
import { takeTestedSecret } from '../../src/connections/secrets/take-tested-secret.ts';
import { createConnectors } from '../../src/connectors/create-connectors.ts';
import { ProviderFailure } from '../../src/connectors/provider-failure.ts';
import { createGuardedFetch } from '../../src/connectors/outgoing/guarded-fetch.ts';
import type { Caller } from '../../src/organizations/access.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { callbacksOf, configure, eventsOf, goToProvider, inForce } from '../support/federation.ts';
import { administratorOf, makeManaged, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addSession, addUser, org } from '../support/people.ts';
import { startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a secret that is not in use is a way in that nobody looks at, and a way to break the one that is.

const OLD = 'the secret in use';
const NEXT = 'the secret that waits';
const maria = { id: 'c-1', email: 'maria@contoso.example', name: 'Maria', username: 'maria', password: 'pw-maria' };
const AS_MARIA = { username: 'maria', password: maria.password };

let contoso: Contoso;
let elsewhere: Contoso;
let service: TestService;
let root: Organization;
let api: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  contoso = await startContoso({ users: [maria] });
  elsewhere = await startContoso({ host: '127.0.0.3', users: [maria] });
  service = await startService();
  root = await makeRoot(service);
  const anna = await addUser(deps(), root, 'anna@northwind.example', { role: 'administrator' });
  api = apiClient(service.url, (await addSession(deps(), anna)).token);
});
afterEach(async () => {
  await contoso.setFaults({});
  await contoso.endSessions();
});
afterAll(async () => {
  await service?.close();
  await elsewhere?.stop();
  await contoso?.stop();
});

function operations() {
  const { clock, secrets, config, url, database } = service;
  const fetch = createGuardedFetch({ allowedHosts: config.allowedProviderHosts });
  const connectors = createConnectors({ fetch, clock, entraAuthority: config.entraAuthority.origin, ownIssuer: url });
  return { db: database.db, clock, secrets, connectors, texts: createTexts('Gatehouse') };
}

const at = (organization: Organization, path: string): string =>
  `/organizations/${org(organization)}/authentication${path}`;
const settingsFor = (clientId: string) =>
  ({
    method: 'openid-connect',
    clientId,
    discoveryUrl: contoso.issuer,
    credential: 'secret',
    clientAuthentication: 'client_secret_post',
  }) as const;

/** A connection whose provider knows the next secret already; `tested`: a test with it passed. */
async function waiting(name: string, { tested = true } = {}): Promise<Organization> {
  const organization = await makeManaged(service, root, name);
  await addUser(deps(), organization, maria.email);
  const clientId = name.toLowerCase();
  const { own } = callbacksOf(service, organization);
  await contoso.addClients({ clientId, clientSecret: OLD, redirectUris: [own] });
  await configure(service, organization, { ...settingsFor(clientId), clientSecret: OLD });
  // Somebody logged in by it: it does not go back by itself when a login fails.
  const { db } = service.database;
  const confirmed = { state: 'active', confirmedAt: service.clock.now() } as const;
  await db.updateTable('connection').set(confirmed).where('organizationId', '=', organization.id).execute();
  const { status } = await api.send('PUT', at(organization, '/client-secrets/next'), { clientSecret: NEXT });
  expect(status).toBe(200);
  if (tested)
    await db
      .updateTable('connectionSecret')
      .set({ testedAt: service.clock.now() })
      .where('organizationId', '=', organization.id)
      .execute();
  return organization;
}
const beside = async (organization: Organization) => (await api.get(at(organization, '/client-secrets'))).body;

async function logIn(organization: Organization) {
  // One person in several organizations: the address leads to this one.
  await service.database.db
    .insertInto('organizationDomain')
    .values({ domain: 'contoso.example', organizationId: organization.id, createdAt: service.clock.now() })
    .onConflict((conflict) => conflict.column('domain').doUpdateSet({ organizationId: organization.id }))
    .execute();
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  const page = await goToProvider(browser, service, maria.email);
  const done = page.title === 'Log in at Contoso' ? await browser.submit(page, AS_MARIA, { button: 'Log in' }) : page;
  return done;
}

test('a client secret stands in no answer and no event, and only sealed in the database', async () => {
  const organization = await waiting('Contoso');
  await api.send('POST', at(organization, '/client-secrets/in-use'), { secret: 'next' });
  const { db } = service.database;
  const rows = await db.selectFrom('connectionSecret').selectAll().execute();
  expect(rows.length).toBeGreaterThan(0);
  const answers = [
    await beside(organization),
    (await api.get(`/organizations/${org(organization)}/authentication`)).body,
    (await api.get('/credentials')).body,
    (await api.get(`/organizations/${org(organization)}/audit-events`)).body,
    await db.selectFrom('auditEvent').selectAll().execute(),
    await db.selectFrom('connection').selectAll().execute(),
    rows,
    rows.map(({ sealedClientSecret }) => sealedClientSecret.toString('latin1')),
  ];
  const shown = JSON.stringify(answers);
  for (const secret of [OLD, NEXT]) expect(shown).not.toContain(secret);
});

test('who may not configure the connection, or proved no factor lately, enters, deletes and takes none', async () => {
  const organization = await waiting('Wingtip');
  const fabrikam = await makeManaged(service, root, 'Fabrikam');
  const anna = administratorOf(organization, service);
  const stale = { ...anna, kind: 'user', factorAt: new Date(service.clock.now().getTime() - 3_600_000) } as const;
  const callers: [Caller, string][] = [
    [{ ...anna, role: 'viewer' }, 'caller.denied'],
    [{ ...anna, role: 'editor' }, 'caller.denied'],
    [administratorOf(fabrikam, service), 'organization.not-found'],
    [stale, 'caller.stale-factor'],
  ];
  const { id: organizationId } = organization;
  const before = await beside(organization);
  for (const [caller, code] of callers) {
    const entered = { organizationId, clientSecret: 'of a stranger', expiresOn: null };
    await expect(enterNextSecret(operations(), caller, entered)).rejects.toMatchObject({ code });
    await expect(deleteNextSecret(operations(), caller, { organizationId })).rejects.toMatchObject({ code });
    await expect(useClientSecret(operations(), caller, { organizationId, which: 'next' })).rejects.toMatchObject({
      code,
    });
  }
  const stranger = administratorOf(fabrikam, service);
  await expect(readClientSecrets(operations(), stranger, { organizationId })).rejects.toMatchObject({
    code: 'organization.not-found',
  });
  expect(await beside(organization)).toEqual(before);
});

test('a test of one secret says nothing of the one entered after it', async () => {
  const organization = await waiting('Adatum', { tested: false });
  const { own } = callbacksOf(service, organization);
  await contoso.addClients({ clientId: 'adatum', clientSecret: NEXT, redirectUris: [own] });
  const begun = await api.send('POST', at(organization, '/trials'), { nextSecret: true });
  const { trial, url } = begun.body as { trial: Trial; url: string };
  await api.send('PUT', at(organization, '/client-secrets/next'), { clientSecret: 'a typing error' });
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  await browser.submit(await browser.submit(await browser.open(url)), AS_MARIA, { button: 'Log in' });
  const { body } = await api.get(at(organization, `/trials/${trial.id}`));
  expect(body).toMatchObject({ run: { state: 'passed' } });
  expect(await beside(organization)).toMatchObject({ next: { testedAt: null } });
  const taken = await api.send('POST', at(organization, '/client-secrets/in-use'), { secret: 'next' });
  expect(taken).toMatchObject({ status: 409, body: { code: 'client-secret.untested' } });
});

test('a secret that was not tested is not taken by a login either', async () => {
  const organization = await waiting('Proseware', { tested: false });
  const { own } = callbacksOf(service, organization);
  await contoso.addClients({ clientId: 'proseware', clientSecret: NEXT, redirectUris: [own] });
  expect((await logIn(organization)).title).not.toContain('Your applications');
  expect(await beside(organization)).toMatchObject({ next: { testedAt: null }, previous: null });
});

test('only a refused client secret takes the next one: no other error, and nothing a browser brings', async () => {
  const organization = await waiting('Tailspin');
  const answers = [
    { http: { token: { kind: 'error', status: 400, body: { error: 'invalid_grant' } } } },
    { http: { token: { kind: 'error', status: 400, body: { error: 'invalid_request' } } } },
    { http: { token: { kind: 'error', status: 500 } } },
    { response: [{ kind: 'error', error: 'invalid_client' }] },
    { response: [{ kind: 'error', error: 'unauthorized_client' }] },
  ] as const;
  for (const faults of answers) {
    await contoso.setFaults(faults as unknown as Parameters<Contoso['setFaults']>[0]);
    expect((await logIn(organization)).title).not.toContain('Your applications');
    expect(await beside(organization)).toMatchObject({ next: {}, previous: null });
    await contoso.endSessions();
  }
  const connection = (await inForce(service, organization))!;
  const posted = new ProviderFailure('credential', 'in the address line').explainedAs('login.credential', {});
  expect(await takeTestedSecret(operations(), connection, posted)).toBe(false);
  expect(await takeTestedSecret(operations(), connection, posted.ofServer())).toBe(true);
});

test('of two logins that are refused at once one takes the next secret, and both go on', async () => {
  const organization = await waiting('Litware');
  const connection = (await inForce(service, organization))!;
  const refused = new ProviderFailure('credential', 'refused').explainedAs('login.credential', {}).ofServer();
  const both = await Promise.all([1, 2, 3].map(async () => takeTestedSecret(operations(), connection, refused)));
  expect(both).toEqual([true, true, true]);
  const events = await eventsOf(service, organization);
  expect(events.filter((kind) => kind === 'client-secret.taken-into-use')).toHaveLength(1);
  // Refused as well: there is no third one, and the login ends.
  const now = (await inForce(service, organization))!;
  expect(await takeTestedSecret(operations(), now, refused)).toBe(false);
});

test('a secret goes to no other provider or registration than the one it was entered for', async () => {
  const organization = await waiting('Woodgrove');
  const save = async (settings: object, version: number) => {
    const answer = await api.send('PUT', at(organization, ''), { settings, version });
    expect(answer).toMatchObject({ status: 200 });
  };
  const version = async () => (await api.get(at(organization, ''))).body.version as number;
  const same = settingsFor('woodgrove');
  await save({ ...same, scope: 'openid email' }, await version());
  expect(await beside(organization)).toMatchObject({ next: {} });
  await save({ ...same, clientId: 'another', clientSecret: OLD }, await version());
  expect(await beside(organization)).toMatchObject({ next: null, previous: null });
  await api.send('PUT', at(organization, '/client-secrets/next'), { clientSecret: NEXT });
  await save({ ...same, clientId: 'another', discoveryUrl: elsewhere.issuer, clientSecret: OLD }, await version());
  expect(await beside(organization)).toMatchObject({ next: null, previous: null });
  await api.send('PUT', at(organization, '/client-secrets/next'), { clientSecret: NEXT });
  await save({ method: 'built-in' }, await version());
  expect(await beside(organization)).toMatchObject({ code: 'client-secret.none' });
  const rows = service.database.db.selectFrom('connectionSecret').select('id');
  expect(await rows.where('organizationId', '=', organization.id).execute()).toEqual([]);
});
