import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ClientSecrets } from '../../src/api/contract/connections/client-secrets.ts';
import type { Trial } from '../../src/api/contract/connections/trials.ts';
import { after, DAY } from '../../src/base/clock.ts';
import { deleteOldSecrets } from '../../src/connections/secrets/take-tested-secret.ts';
import { warnOfExpiry } from '../../src/connections/expiry/warn-of-expiry.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import type { ApiClient } from '../support/api-client.ts';
import { callbacksOf, configure, eventsOf, inForce, paneOf } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addUser, org } from '../support/people.ts';
import type { Contoso, Fabrikam } from '../support/start-provider.ts';
import type { TestService } from '../support/start-service.ts';
import { AS_LENA, AS_MARIA, CLIENT, DIRECTORY, lena, maria, startBothProviders } from '../support/both-providers.ts';
import type { BothProviders } from '../support/both-providers.ts';

const OLD = 'the secret of last year';
const NEW = 'the secret of this year';

let stage: BothProviders;
let contoso: Contoso;
let fabrikam: Fabrikam;
let mailbox: Mailbox;
let service: TestService;
let root: Organization;
let api: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  mailbox = await startMailbox();
  stage = await startBothProviders({ SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' });
  ({ contoso, fabrikam, service, root, api } = stage);
});
afterEach(async () => stage.endSessions());
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await mailbox?.stop();
});

const at = (organization: Organization, path = ''): string =>
  `/organizations/${org(organization)}/authentication${path}`;

async function change(organization: Organization, method: string, path: string, body?: object): Promise<ClientSecrets> {
  const answer = await api.send(method, at(organization, `/client-secrets${path}`), body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as ClientSecrets;
}
const enter = async (organization: Organization, clientSecret: string, expiresOn: string | null = null) =>
  change(organization, 'PUT', '/next', { clientSecret, expiresOn });

/** *Test* of the connection in force with its next secret, by a person at the provider. */
async function testNext(
  organization: Organization,
  [fields, button]: readonly [Record<string, string>, string],
): Promise<Trial> {
  const begun = await api.send('POST', at(organization, '/trials'), { nextSecret: true });
  expect(begun).toMatchObject({ status: 200, body: { trial: { inForce: true, nextSecret: true } } });
  const { trial, url } = begun.body as { trial: Trial; url: string };
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  const page = await browser.submit(await browser.open(url));
  await browser.submit(page, fields, { button });
  return (await api.get(at(organization, `/trials/${trial.id}`))).body as Trial;
}
test('in Entra ID, where both may stand, the next secret is tested, taken into use, and left again', async () => {
  const organization = await makeManaged(service, root, 'Fabrikam');
  await addUser(deps(), organization, lena.upn, { status: 'pending' });
  const register = async (...values: string[]) =>
    fabrikam.addApps({
      clientId: CLIENT,
      directory: DIRECTORY,
      redirectUris: [{ uri: callbacksOf(service, organization).own }],
      secrets: values.map((value, index) => ({ id: String(index), value })),
    });
  await register(OLD);
  const settings = { method: 'entra-id', clientId: CLIENT, directoryId: DIRECTORY, credential: 'secret' };
  await configure(service, organization, { ...settings, clientSecret: OLD, clientSecretExpiresOn: '2027-05-31' });
  expect((await stage.logIn(lena.upn, AS_LENA)).title).toContain('Your applications');
  const before = await inForce(service, organization);

  // Entered: nothing in force changes, and it cannot be taken into use yet.
  const entered = await enter(organization, NEW, '2028-05-31');
  expect(entered).toMatchObject({
    inUse: { expiresAt: '2027-05-31T00:00:00.000Z' },
    next: { expiresOn: '2028-05-31', testedAt: null },
    previous: null,
  });
  expect(await inForce(service, organization)).toEqual(before);
  const untested = await api.send('POST', at(organization, '/client-secrets/in-use'), { secret: 'next' });
  expect(untested).toMatchObject({ status: 409, body: { code: 'client-secret.untested' } });
  const failed = await testNext(organization, AS_LENA);
  expect(failed.run).toMatchObject({ state: 'failed', problem: { code: 'entra.7000215' } });
  expect((await change(organization, 'GET', '')).next).toMatchObject({ testedAt: null });
  expect((await stage.logIn(lena.upn, AS_LENA)).title).toContain('Your applications');

  await register(OLD, NEW);
  const passed = await testNext(organization, AS_LENA);
  expect(passed.run).toMatchObject({ state: 'passed', problem: null });
  expect(passed.run.checks.find(({ check }) => check === 'token-endpoint')).toMatchObject({ state: 'passed' });
  expect((await change(organization, 'GET', '')).next?.testedAt).not.toBeNull();
  const board = await api.get('/credentials?search=fabrikam');
  expect(board.body.items[0]).toMatchObject({
    next: { expiresOn: '2028-05-31', testedAt: expect.any(String) as string },
  });

  const taken = await change(organization, 'POST', '/in-use', { secret: 'next' });
  expect(taken).toMatchObject({
    inUse: { expiresAt: '2028-05-31T00:00:00.000Z' },
    next: null,
    previous: { expiresOn: '2027-05-31' },
  });
  // No login under way is thrown out, nobody is asked to confirm, and the form shows the new day.
  expect(await inForce(service, organization)).toMatchObject({ state: 'active', version: before?.version });
  expect((await paneOf(service, organization)).connection?.settings).toMatchObject({
    clientSecretExpiresOn: '2028-05-31',
  });
  await register(NEW);
  expect((await stage.logIn(lena.upn, AS_LENA)).title).toContain('Your applications');

  // Taken into use too early: back at once, without a test.
  await register(OLD);
  const back = await change(organization, 'POST', '/in-use', { secret: 'previous' });
  expect(back).toMatchObject({
    inUse: { expiresAt: '2027-05-31T00:00:00.000Z' },
    previous: { expiresOn: '2028-05-31' },
  });
  expect((await stage.logIn(lena.upn, AS_LENA)).title).toContain('Your applications');
  const week = { now: () => after(service.clock.now(), 8 * DAY) };
  await deleteOldSecrets({ db: service.database.db, clock: week });
  expect(await change(organization, 'GET', '')).toMatchObject({ next: null, previous: null });
  expect(await eventsOf(service, organization)).toEqual(
    expect.arrayContaining(['client-secret.entered', 'client-secret.taken-into-use', 'trial.failed', 'trial.passed']),
  );
});

test('where the provider knows one secret at a time, the login it refuses takes the tested next one by itself', async () => {
  const organization = await makeManaged(service, root, 'Contoso');
  await addUser(deps(), organization, maria.email, { status: 'pending' });
  const register = async (clientSecret: string) =>
    contoso.addClients({
      clientId: 'one-secret',
      clientSecret,
      redirectUris: [callbacksOf(service, organization).own],
    });
  await register(OLD);
  const settings = {
    method: 'openid-connect',
    clientId: 'one-secret',
    discoveryUrl: contoso.issuer,
    credential: 'secret',
  };
  await configure(service, organization, { ...settings, clientSecret: OLD });
  expect((await stage.logIn(maria.email, AS_MARIA)).title).toContain('Your applications');

  // Replaced there, and not tested here: a login fails as before, and the next one is not tried.
  await enter(organization, NEW);
  await register(NEW);
  expect((await stage.logIn(maria.email, AS_MARIA)).title).not.toContain('Your applications');
  expect((await paneOf(service, organization)).connection?.lastFailure).toMatchObject({ code: 'login.credential' });
  expect(await change(organization, 'GET', '')).toMatchObject({ next: { testedAt: null }, previous: null });

  expect((await testNext(organization, AS_MARIA)).run).toMatchObject({ state: 'passed' });
  // The person notices nothing: sent there once more, where the session is.
  expect((await stage.logIn(maria.email, AS_MARIA)).title).toContain('Your applications');
  const now = await change(organization, 'GET', '');
  expect(now).toMatchObject({ next: null, previous: { testedAt: null } });
  const { body } = await api.get(`/organizations/${org(organization)}/audit-events?limit=50`);
  const events = body.items as { kind: string; details: object; actor: object }[];
  expect(events.find(({ kind }) => kind === 'client-secret.taken-into-use')).toMatchObject({
    actor: { kind: 'service' },
    details: { which: 'next', because: 'refused' },
  });
});

test('mails of expiry follow the secret in use, and name one that waits', async () => {
  const day = (days: number): string =>
    after(service.clock.now(), days * DAY)
      .toISOString()
      .slice(0, 10);
  const expiring = async (name: string): Promise<Organization> => {
    const organization = await makeManaged(service, root, name);
    const clientId = name.toLowerCase();
    const redirectUris = [callbacksOf(service, organization).own];
    await contoso.addClients({ clientId, clientSecret: NEW, redirectUris });
    const settings = { method: 'openid-connect', clientId, discoveryUrl: contoso.issuer, credential: 'secret' };
    await configure(service, organization, { ...settings, clientSecret: OLD, clientSecretExpiresOn: day(20) });
    await enter(organization, NEW, day(400));
    return organization;
  };
  await expiring('Adatum');
  await testNext(await expiring('Wingtip'), AS_MARIA);
  await contoso.endSessions();
  const replaced = await expiring('Litware');
  await testNext(replaced, AS_MARIA);
  await change(replaced, 'POST', '/in-use', { secret: 'next' });

  const { database, secrets, config, clock } = service;
  await warnOfExpiry({ db: database.db, clock, secrets, config, texts: createTexts('Gatehouse') });
  const mailFor = async (name: string): Promise<string> => {
    const subject = new RegExp(`^The client credential of ${name} expires in (19|20) days$`);
    return (await mailbox.waitForMail({ to: 'anna@northwind.example', subject })).text;
  };
  expect(await mailFor('Adatum')).toContain('The next client secret was entered and waits. Test it');
  expect(await mailFor('Wingtip')).toContain('The next client secret passed its test. Take it into use');
  const warned = await database.db.selectFrom('credentialWarning').select('organizationId').execute();
  expect(warned.map(({ organizationId }) => organizationId)).not.toContain(replaced.id);
});
