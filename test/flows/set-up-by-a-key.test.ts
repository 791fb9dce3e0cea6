import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { tendSetups } from '../../src/connections/setup/tend-setups.ts';
import { after, DAY } from '../../src/base/clock.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { callbacksOf, configure, eventsOf, goToProvider, inForce, routeDomains } from '../support/federation.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { addUser, operatorAt } from '../support/people.ts';
import { startSetupStage } from '../support/setup-links.ts';
import type { SetupLinkMade, SetupStage } from '../support/setup-links.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { createOrganization } from '../../src/organizations/manage-organizations.ts';
import { AS_LENA, AS_MARIA, CLIENT, DIRECTORY, lena, maria, startLenasDirectory } from '../support/both-providers.ts';
import type { AtProvider } from '../support/both-providers.ts';

let stage: SetupStage;
let fabrikam: Fabrikam;

beforeAll(async () => {
  fabrikam = await startLenasDirectory();
  stage = await startSetupStage({ GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin });
  await stage.provider.addUsers({ ...maria, id: 'c-9' });
});
afterEach(async () => {
  await stage.provider.endSessions();
  await fabrikam.endSessions();
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await fabrikam?.stop();
});

const deps = () => ({ db: stage.service.database.db, clock: stage.service.clock });
const openBrowser = (): HttpBrowser => openHttpBrowser({ now: () => stage.service.clock.now() });
const newOrganization = async (name: string): Promise<Organization> =>
  createOrganization(deps(), operatorAt(stage.houses.northwind), { name });

/** From the first step to the guide of a way. */
async function guideOf(browser: HttpBrowser, link: SetupLinkMade, provider: string, credential: string): Promise<Page> {
  const first = await stage.open(browser, link);
  const domain = await browser.submit(first, {}, { forged: { provider } });
  const guide = await browser.submit(domain, {}, { button: 'Skip for now' });
  const way = credential === 'certificate' ? 'with a certificate' : 'with a key (private_key_jwt)';
  return browser.submit(guide, {}, { button: `Show me the way ${way}` });
}

/** *Test now*, as somebody at the provider. */
async function runTest(browser: HttpBrowser, test: Page, [fields, button]: AtProvider): Promise<Page> {
  const begun = await browser.submit(test, {}, { button: /Test (now|again)/.exec(test.body)?.[0] ?? 'Test now' });
  const there = await browser.submit(begun);
  await browser.submit(there, fields, { button });
  return browser.open(test.url.href);
}

async function turnOn(organization: Organization, { id }: SetupLinkMade): Promise<void> {
  const api = await stage.administrator();
  const { body } = await api.get(stage.at('/authentication', organization));
  const answer = await api.send('POST', stage.at(`/setup-links/${id}/turn-on`, organization), {
    version: body.version,
    confirmHost: new URL(stage.provider.issuer).host,
  });
  expect(answer).toMatchObject({ status: 200 });
}

async function logIn(email: string, [fields, button]: AtProvider): Promise<Page> {
  await using browser = openBrowser();
  const done = await browser.submit(await goToProvider(browser, stage.service, email), fields, { button });
  return done;
}

const published = async (url: string): Promise<number> => (await fetch(url)).status;
const jwksIn = (page: Page): string => /http\S+\/login\/keys\/cks_[a-z2-7]+\/jwks\.json/.exec(page.body)![0];
const keySets = async (organization: Organization) =>
  deps().db.selectFrom('clientKeySet').selectAll().where('organizationId', '=', organization.id).execute();

test('a key (private_key_jwt): its address copied at the provider, tested, turned on, logged in with', async () => {
  const organization = await newOrganization('Contoso Key');
  await addUser(deps(), organization, maria.email, { status: 'pending' });
  const link = await stage.makeLink(organization, 'it-key@contoso.example');
  await using browser = openBrowser();
  const guide = await guideOf(browser, link, 'other', 'private-key');
  expect(guide.text).toContain('private_key_jwt');
  const jwks = jwksIn(guide);
  expect(await published(jwks)).toBe(200);
  expect(await browser.open(`${link.url}/guide`)).toMatchObject({ text: expect.stringContaining(jwks) as string });
  const { own } = callbacksOf(stage.service, organization);
  await stage.provider.addClients({ clientId: 'setup-key', jwksUri: jwks, redirectUris: [own] });

  const values = await browser.submit(guide, {}, { button: 'I have done this' });
  expect(values.text).not.toContain('Client secret');
  const entered = { clientId: 'setup-key', discoveryUrl: stage.provider.issuer };
  const ready = await browser.submit(values, entered, { button: 'Check and continue' });
  const tested = await runTest(browser, ready, AS_MARIA);
  expect(tested.text).toContain('The test passed');
  const handOver = await browser.submit(tested, {}, { button: 'Continue' });
  expect(handOver.text).toContain('Key (private_key_jwt), made here');
  await browser.submit(handOver, {}, { button: 'Hand over' });

  await turnOn(organization, link);
  await routeDomains(stage.service, organization);
  const [set] = await keySets(organization);
  expect(jwks).toContain(formatId('cks', set!.id));
  expect(set?.issuer).toBe(stage.provider.issuer);
  expect(await inForce(stage.service, organization)).toMatchObject({
    credential: 'private-key',
    clientKeySetId: set?.id,
  });
  expect((await logIn(maria.email, AS_MARIA)).title).toContain('Your applications');
});

test('a certificate for Entra ID: downloaded, its absence there explained, uploaded, turned on', async () => {
  const organization = await newOrganization('Fabrikam Key');
  await addUser(deps(), organization, lena.upn, { status: 'pending' });
  const link = await stage.makeLink(organization, 'it@fabrikam.example');
  await using browser = openBrowser();
  const guide = await guideOf(browser, link, 'entra-id', 'certificate');
  expect(guide.text).toContain('Download the certificate (.cer)');
  expect(guide.text).toMatch(/Thumbprint [0-9A-F]{40}/);
  const pem = decodeURIComponent(/data:application\/x-pem-file,([^"]+)"/.exec(guide.body)![1]!);
  expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----/);
  const { own } = callbacksOf(stage.service, organization);
  expect(guide.text).toContain(own);
  const register = async (...certificates: string[]) =>
    fabrikam.addApps({ clientId: CLIENT, directory: DIRECTORY, redirectUris: [{ uri: own }], certificates });
  await register();
  const values = await browser.submit(guide, {}, { button: 'I have done this' });
  const entered = { clientId: CLIENT, directoryId: DIRECTORY };
  const ready = await browser.submit(values, entered, { button: 'Check and continue' });
  const failed = await runTest(browser, ready, AS_LENA);
  expect(failed.text).toContain('The test did not pass');
  expect(failed.text).toContain('certificate');
  await register(pem);
  const tested = await runTest(browser, failed, AS_LENA);
  expect(tested.text).toContain('The test passed');
  const handOver = await browser.submit(tested, {}, { button: 'Continue' });
  expect(handOver.text).toContain('Certificate, made here');
  await browser.submit(handOver, {}, { button: 'Hand over' });
  await turnOn(organization, link);
  await routeDomains(stage.service, organization);
  expect((await inForce(stage.service, organization))?.credentialExpiresAt).toBeInstanceOf(Date);
  expect((await logIn(lena.upn, AS_LENA)).title).toContain('Your applications');
});

test('the key of a draft is gone with it: another provider, another way, revoked, discarded, expired', async () => {
  const organization = await newOrganization('Contoso Left');
  const begin = async (email: string) => {
    const link = await stage.makeLink(organization, email);
    const browser = openBrowser();
    const guide = await guideOf(browser, link, 'other', 'private-key');
    return { link, browser, guide, jwks: jwksIn(guide) };
  };
  const other = await begin('it1@left.example');
  const tiles = await other.browser.open(`${other.link.url}/provider`);
  await other.browser.submit(tiles, {}, { forged: { provider: 'google' } });
  expect(await published(other.jwks)).toBe(404);
  await other.browser[Symbol.asyncDispose]();

  const api = await stage.administrator();
  const revoked = await begin('it2@left.example');
  await api.send('POST', stage.at(`/setup-links/${revoked.link.id}/revoke`, organization));
  expect(await published(revoked.jwks)).toBe(404);
  await revoked.browser[Symbol.asyncDispose]();

  const way = await begin('it3@left.example');
  const guide = await way.browser.submit(way.guide, {}, { button: 'Show me the way with a client secret' });
  const values = await way.browser.submit(guide, {}, { button: 'I have done this' });
  const entered = { clientId: 'left', discoveryUrl: stage.provider.issuer, clientSecret: 'a secret' };
  const ready = await way.browser.submit(values, entered, { button: 'Check and continue' });
  const handOver = await way.browser.submit(ready, {}, { button: 'Go on without a test' });
  expect(await published(way.jwks)).toBe(200);
  await way.browser.submit(handOver, {}, { button: 'Hand over' });
  expect(await published(way.jwks)).toBe(404);
  await way.browser[Symbol.asyncDispose]();

  const discarded = await begin('it4@left.example');
  const form = await discarded.browser.submit(discarded.guide, {}, { button: 'I have done this' });
  const held = await discarded.browser.submit(
    form,
    { clientId: 'left', discoveryUrl: stage.provider.issuer },
    { button: 'Check and continue' },
  );
  const last = await discarded.browser.submit(held, {}, { button: 'Go on without a test' });
  await discarded.browser.submit(last, {}, { button: 'Hand over' });
  expect(await published(discarded.jwks)).toBe(200);
  await api.send('POST', stage.at(`/setup-links/${discarded.link.id}/discard`, organization));
  expect(await published(discarded.jwks)).toBe(404);
  await discarded.browser[Symbol.asyncDispose]();

  const expired = await begin('it5@left.example');
  const { service } = stage;
  const { database, secrets, config } = service;
  const clock = { now: () => after(service.clock.now(), 8 * DAY) };
  await tendSetups({ db: database.db, clock, secrets, config, texts: createTexts('Gatehouse') });
  expect(await published(expired.jwks)).toBe(404);
  expect(await keySets(organization)).toEqual([]);
  await expired.browser[Symbol.asyncDispose]();
});

test('the next secret by a setup link: the connection in force stays as it is, the administrator takes it', async () => {
  const organization = await newOrganization('Contoso Secret');
  const { own } = callbacksOf(stage.service, organization);
  const register = async (clientSecret: string) =>
    stage.provider.addClients({ clientId: 'by-link', clientSecret, redirectUris: [own] });
  await register('of last year');
  const common = { method: 'openid-connect', clientId: 'by-link', discoveryUrl: stage.provider.issuer };
  await configure(stage.service, organization, { ...common, credential: 'secret', clientSecret: 'of last year' });
  const before = await inForce(stage.service, organization);
  const link = await stage.makeLink(organization, 'it@secret.example');
  await using browser = openBrowser();
  await register('of this year');
  const first = await stage.open(browser, link);
  const domain = await browser.submit(first, {}, { forged: { provider: 'other' } });
  const guide = await browser.submit(domain, {}, { button: 'Skip for now' });
  const values = await browser.submit(guide, {}, { button: 'I have done this' });
  const entered = {
    clientId: 'by-link',
    discoveryUrl: stage.provider.issuer,
    clientSecret: 'of this year',
    clientSecretExpiresOn: '2028-05-31',
  };
  const tested = await runTest(
    browser,
    await browser.submit(values, entered, { button: 'Check and continue' }),
    AS_MARIA,
  );
  expect(tested.text).toContain('The test passed');
  await browser.submit(await browser.submit(tested, {}, { button: 'Continue' }), {}, { button: 'Hand over' });
  const api = await stage.administrator();
  const links = (await api.get(stage.at('/setup-links', organization))).body.items;
  expect(links[0]).toMatchObject({ draft: { nextSecret: true } });
  const taken = await api.send('POST', stage.at(`/setup-links/${link.id}/next-secret`, organization));
  expect(taken).toMatchObject({ status: 200, body: { state: 'next-secret', draft: null } });
  expect(await inForce(stage.service, organization)).toEqual(before);
  const { body } = await api.get(stage.at('/authentication/client-secrets', organization));
  expect(body).toMatchObject({ next: { expiresOn: '2028-05-31', testedAt: expect.any(String) as string } });

  // Whoever handed it in keeps the old one until a mail says that the new one is in use; and is told of the way back.
  const use = async (secret: 'next' | 'previous'): Promise<void> => {
    const used = await api.send('POST', stage.at('/authentication/client-secrets/in-use', organization), { secret });
    expect(used).toMatchObject({ status: 200 });
  };
  const told = async (says: string): Promise<string> =>
    (await stage.mailbox.waitForMail({ to: link.email, subject: `The ${says}` })).text;
  const shown = async () => {
    const [{ state }] = (await api.get(stage.at('/setup-links', organization))).body.items as [{ state: string }];
    return { state, page: (await browser.open(link.url)).text };
  };
  const waits = {
    state: 'next-secret',
    page: expect.stringContaining('is not in use yet. Keep the old one') as string,
  };
  const inUse = {
    state: 'secret-in-use',
    page: expect.stringMatching(/is in use\. Keep the old one .* until/) as string,
  };
  expect(await shown()).toEqual(waits);
  expect(stage.mailbox.mails.filter(({ to, subject }) => to.includes(link.email) && /in use/.test(subject))).toEqual(
    [],
  );
  await use('next');
  expect(await told('new client secret of Contoso Secret is in use')).toContain('Keep the old one');
  expect(await shown()).toEqual(inUse);
  await use('previous');
  expect(await told('old client secret of Contoso Secret is in use again')).toContain('Keep both');
  expect(await shown()).toEqual(waits);
  await use('previous');
  expect(await told('new client secret of Contoso Secret is in use')).toContain('Keep the old one');
  expect(await shown()).toEqual(inUse);
  const kinds = await eventsOf(stage.service, organization);
  expect(kinds).toContain('setup-link.secret-entered');
  expect(kinds).not.toContain('setup-link.turned-on');
});
