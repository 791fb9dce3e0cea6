import { afterAll, beforeAll, expect, test } from 'vitest';
import { configure, eventsOf, inForce } from '../support/federation.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { linkNamed } from '../support/mailbox.ts';
import { addUser } from '../support/people.ts';
import { startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { SECRET, startSetupStage } from '../support/setup-links.ts';
import type { SetupStage } from '../support/setup-links.ts';
import { tendSetups } from '../../src/connections/setup/tend-setups.ts';
import { enteredSettings } from '../../src/login/setup/values-page.ts';
import { PROVIDERS } from '../../src/login/setup/providers.ts';
import { createTexts } from '../../src/texts/catalog.ts';

const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const CLIENT_ID = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';
let stage: SetupStage;
let fabrikam: Fabrikam;
beforeAll(async () => {
  fabrikam = await startFabrikam({ directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] }] });
  stage = await startSetupStage({ GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin });
  const { service, houses } = stage;
  const deps = { db: service.database.db, clock: service.clock };
  await addUser(deps, houses.contoso, 'maria@contoso.example', { role: 'administrator' });
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await fabrikam?.stop();
});

const tend = async (): Promise<void> => {
  const { database, clock, secrets, config } = stage.service;
  await tendSetups({ db: database.db, clock, secrets, config, texts: createTexts('Gatehouse') });
};

test('from the mail to what an administrator turns on', async () => {
  const { at, houses, mailbox, provider, service } = stage;
  const api = await stage.administrator();
  await using browser = openHttpBrowser();
  const email = 'it@contoso.example';
  const { id, url } = await stage.makeLink(houses.contoso, email);
  const links = async () => (await api.get(at('/setup-links'))).body.items;
  expect(await links()).toMatchObject([{ id, state: 'sent', step: null, email: 'it@contoso.example', draft: null }]);

  const first = await stage.open(browser, { url, email });
  expect(first.text).toContain('Where do your people have their accounts?');
  expect(await links()).toMatchObject([{ state: 'opened', step: 'provider' }]);

  const domain = await browser.submit(first, {}, { forged: { provider: 'other' } });
  const record = await browser.submit(domain, { domain: 'contoso.example' }, { button: 'Show the record' });
  expect(record.html.querySelector('#record-name')?.text).toBe('_gatehouse-challenge');
  expect(record.html.querySelector('#record-value')?.text).toMatch(/^gatehouse-verify=[a-z2-7]{32}$/);
  const checked = await browser.submit(record, {}, { button: 'Check now' });
  expect(checked.text).toContain('The DNS resolver of this service gives no answer.');
  const guide = await browser.submit(checked, {}, { button: 'Go on meanwhile' });
  const own = `${service.url}/login/callback/${at().split('/').at(-1)}`;
  expect(guide.html.querySelector('#redirect-url')?.text).toBe(own);
  expect(guide.html.querySelectorAll('svg.sketch').length).toBe(5);
  const without = await browser.submit(guide, {}, { button: 'Show me the way without a client secret' });
  expect(without.html.querySelector('#redirect-url')?.text).toBe(own);
  const again = await browser.submit(without, {}, { button: 'Show me the way with a client secret' });
  const form = await browser.submit(again, {}, { button: 'I have done this' });

  const entered = { clientId: 'gatehouse', discoveryUrl: provider.issuer, clientSecret: SECRET };
  const wrong = await browser.submit(
    form,
    { clientId: 'gatehouse', discoveryUrl: `${provider.issuer}/nowhere`, clientSecret: SECRET },
    { button: 'Check and continue' },
  );
  expect(wrong.status).toBe(422);
  expect(wrong.html.querySelector('#discoveryUrl-wrong')?.text).toContain('Discovery url');
  // The client at the provider lacks our redirect URL: the test says so, and passes once it is there.
  const client = { clientId: 'gatehouse', clientSecret: SECRET };
  await provider.addClients({ ...client, redirectUris: ['https://elsewhere.example/callback'] });
  const untested = await browser.submit(wrong, entered, { button: 'Check and continue' });
  const failed = await browser.submit(await browser.submit(untested, {}, { button: 'Test now' }));
  expect(failed.url.origin).toBe(provider.origin);
  const unfinished = await browser.open(`${url}/test`);
  expect(unfinished.text).toContain('The test did not pass.');
  expect(unfinished.text).toContain(own);
  expect(unfinished.text).toContain('“Edit Settings here” is the step Values of these pages.');
  await provider.addClients({ ...client, redirectUris: [own] });
  await provider.addUsers({ id: 'c-1', email: 'eve@contoso.example', name: 'Eve', username: 'eve', password: 'pw' });
  const there = await browser.submit(await browser.submit(unfinished, {}, { button: 'Test again' }));
  const result = await browser.submit(there, { username: 'eve', password: 'pw' }, { button: 'Log in' });
  // Another person of Contoso than the mailbox's: nothing is said of any user.
  expect(result.text).toContain('does not match it@contoso.example');
  expect(result.text).not.toContain('maria');
  const ready = await browser.follow(result, 'Go on');
  expect(ready.text).toContain('Test Passed');
  expect(ready.text).toContain(own);
  expect(ready.text).toContain('contoso.example, not verified yet');
  expect(await links()).toMatchObject([
    { step: 'hand-over', domain: { domain: 'contoso.example', verified: false }, draft: { outdated: false } },
  ]);
  // Another day, the same mailbox in another browser: what was entered is there, the secret is not.
  await using phone = openHttpBrowser();
  const back = await stage.open(phone, { url, email });
  const values = await phone.followTo(back, `${new URL(url).pathname}/values`);
  expect(values.html.querySelector('#clientId')?.getAttribute('value')).toBe('gatehouse');
  const saved = await phone.submit(values, {}, { button: 'Check and continue' });
  const kept = await phone.submit(saved, {}, { button: 'Go on without a test' });
  const done = await phone.submit(kept, {}, { button: 'Hand over' });
  expect(done.text).toContain('Handed over. Thank you!');
  expect(await inForce(service, houses.contoso)).toBeUndefined();

  for (const to of ['maria@contoso.example', 'anna@northwind.example']) {
    const told = await mailbox.waitForMail({ to, subject: 'Single sign-on for Contoso is ready to turn on' });
    expect(linkNamed(told, 'Look at the draft')).toContain(`/console/`);
  }
  const [link] = await links();
  expect(link).toMatchObject({
    state: 'handed-over',
    handedOverFrom: '127.0.0.1',
    draft: { issuer: provider.issuer, redirectUrl: own, credential: 'secret', settings: { clientId: 'gatehouse' } },
  });
  const check = await api.send('POST', at(`/setup-links/${id}/check`));
  expect(check.body).toMatchObject({ ok: true, affected: { users: 1 }, proposedDomain: 'contoso.example' });
  const { version } = (await api.get(at('/authentication'))).body;
  const on = await api.send('POST', at(`/setup-links/${id}/turn-on`), { version });
  expect([on.status, on.body]).toMatchObject([
    200,
    { method: 'openid-connect', connection: { state: 'unconfirmed', issuer: provider.issuer, redirectUrl: own } },
  ]);
  expect(await links()).toMatchObject([{ state: 'turned-on', draft: null }]);
  const domains = service.database.db.selectFrom('domainVerification').select(['domain', 'held']);
  expect(await domains.execute()).toEqual([{ domain: 'contoso.example', held: false }]);
  expect((await phone.open(url)).text).toContain('was turned on');
  const drafts = service.database.db.selectFrom('connection').select('id').where('state', '=', 'draft');
  expect(await drafts.execute()).toEqual([]);
  expect((await eventsOf(service, houses.contoso)).filter((kind) => kind.startsWith('setup-link.'))).toEqual([
    'setup-link.made',
    'setup-link.opened',
    'setup-link.checked',
    'setup-link.checked',
    'setup-link.opened',
    'setup-link.checked',
    'setup-link.handed-over',
    'setup-link.turned-on',
  ]);
});

test('the claims that an administrator chose for this provider stay when a draft is turned on', async () => {
  const { api, at } = { api: await stage.administrator(), at: stage.at };
  const organization = await stage.newOrganization();
  const { issuer } = stage.provider;
  const common = { method: 'openid-connect', clientId: 'gatehouse', discoveryUrl: issuer, credential: 'secret' };
  await configure(stage.service, organization, { ...common, clientSecret: SECRET, addressClaim: 'mail' });
  const made = await stage.makeLink(organization);
  await using browser = openHttpBrowser();
  const ready = await stage.prepare(browser, await stage.open(browser, made));
  await browser.submit(ready, {}, { button: 'Hand over' });
  const { version } = (await api.get(at('/authentication', organization))).body;
  const check = await api.send('POST', at(`/setup-links/${made.id}/check`, organization));
  expect(check.body).toMatchObject({ ok: true, provider: { settings: { addressClaim: 'mail' } } });
  const on = await api.send('POST', at(`/setup-links/${made.id}/turn-on`, organization), {
    version,
    despiteChange: true,
  });
  expect([on.status, on.body]).toMatchObject([200, { connection: { settings: { addressClaim: 'mail' } } }]);
});

test('Entra ID: the guide without a client secret, the directory checked', async () => {
  const organization = await stage.newOrganization();
  await using browser = openHttpBrowser();
  const first = await stage.open(browser, await stage.makeLink(organization));
  const domain = await browser.submit(first, {}, { forged: { provider: 'entra-id' } });
  const guide = await browser.submit(domain, {}, { button: 'Skip for now' });
  expect(guide.html.querySelector('#redirect-url')?.text).toBe(`${stage.service.url}/login/callback`);
  const form = await browser.submit(guide, {}, { button: 'I have done this' });
  const unknown = DIRECTORY.replace(/^2/, '3');
  const wrong = await browser.submit(
    form,
    { clientId: CLIENT_ID, directoryId: unknown },
    { button: 'Check and continue' },
  );
  expect([wrong.status, wrong.html.querySelector('#directoryId-wrong') !== null]).toEqual([422, true]);
  const held = await browser.submit(wrong, { directoryId: DIRECTORY }, { button: 'Check and continue' });
  const ready = await browser.submit(held, {}, { button: 'Go on without a test' });
  expect(ready.text).toContain(DIRECTORY);
  expect(ready.text).toContain('Credential None');
});

test('another provider without a client secret: what the guide has registered is what the draft asks for', async () => {
  const organization = await stage.newOrganization();
  const own = `${stage.service.url}/login/callback/${stage.at('', organization).split('/').at(-1)}`;
  await using browser = openHttpBrowser();
  const first = await stage.open(browser, await stage.makeLink(organization));
  const domain = await browser.submit(first, {}, { forged: { provider: 'other' } });
  const withSecret = await browser.submit(domain, {}, { button: 'Skip for now' });
  const guide = await browser.submit(withSecret, {}, { button: 'Show me the way without a client secret' });
  expect(guide.html.querySelector('#redirect-url')?.text).toBe(own);
  expect(guide.text).toContain('the authorization code flow with PKCE (S256)');
  const form = await browser.submit(guide, {}, { button: 'I have done this' });
  const entered = { clientId: 'gatehouse', discoveryUrl: stage.provider.issuer };
  const held = await browser.submit(form, entered, { button: 'Check and continue' });
  const ready = await browser.submit(held, {}, { button: 'Go on without a test' });
  expect(ready.text).toContain(`Redirect URL at your provider ${own}`);
  await browser.submit(ready, {}, { button: 'Hand over' });
  const links = (await (await stage.administrator()).get(stage.at('/setup-links', organization))).body.items;
  expect(links).toMatchObject([{ draft: { redirectUrl: own, credential: 'none', settings: { flow: 'code' } } }]);
  // Whatever the provider announces: the flow is the guide's.
  const other = { provider: PROVIDERS.other, credential: 'none' as const };
  expect(enteredSettings(other, entered, { secret: '' })).toMatchObject({ flow: 'code', credential: 'none' });
});

test('a guide names no field that these pages lack, and offers the ways of its provider alone', async () => {
  await using browser = openHttpBrowser();
  const first = await stage.open(browser, await stage.makeLink(await stage.newOrganization()));
  const guide = async (provider: string) =>
    browser.submit(await browser.submit(first, {}, { forged: { provider } }), {}, { button: 'Skip for now' });
  const pingOne = (await guide('ping-one')).text;
  expect(pingOne).toContain('another name there than email, tell your administrator that name.');
  expect(pingOne).toContain('with a key (private_key_jwt)');
  const gitlab = (await guide('gitlab')).text;
  expect([gitlab.includes('private_key_jwt'), gitlab.includes('without a client secret')]).toEqual([false, true]);
});

test('Google: the connection is pinned to the domain, whatever tile led there', async () => {
  const organization = await stage.newOrganization();
  await using browser = openHttpBrowser();
  const first = await stage.open(browser, await stage.makeLink(organization));
  const domain = await browser.submit(first, {}, { forged: { provider: 'google' } });
  const record = await browser.submit(domain, { domain: 'adatum.example' }, { button: 'Show the record' });
  const guide = await browser.submit(record, {}, { button: 'Go on meanwhile' });
  const form = await browser.submit(guide, {}, { button: 'I have done this' });
  expect(form.html.querySelector('#hostedDomain')?.getAttribute('value')).toBe('adatum.example');
  expect(form.html.querySelector('#discoveryUrl')).toBeNull();
  const client = { clientId: 'gatehouse', clientSecret: SECRET };
  const open = await browser.submit(form, { ...client, hostedDomain: ' ' }, { button: 'Check and continue' });
  expect([open.status, open.html.querySelector('#hostedDomain-wrong')?.text]).toEqual([422, 'This is needed.']);

  await using another = openHttpBrowser();
  const start = await stage.open(another, await stage.makeLink(organization));
  const discoveryUrl = 'https://accounts.google.com/.well-known/openid-configuration';
  const asked = await stage.prepare(another, start, { discoveryUrl });
  expect([asked.status, asked.html.querySelector('#hostedDomain-wrong')?.text]).toEqual([422, 'This is needed.']);

  const typed = { clientId: 'gatehouse', discoveryUrl, hostedDomain: 'it@adatum.example ' };
  for (const provider of [PROVIDERS.google, PROVIDERS.other]) {
    expect(enteredSettings({ provider, credential: 'secret' }, typed, { secret: SECRET })).toMatchObject({
      preset: 'google-workspace',
      hostedDomain: 'adatum.example',
      clientSecret: SECRET,
    });
  }
  const okta = { provider: PROVIDERS.okta, credential: 'secret' as const };
  const entered = enteredSettings(okta, { ...typed, discoveryUrl: 'https://contoso.okta.com' }, { secret: SECRET });
  expect(entered).toMatchObject({ preset: 'okta' });
  expect(entered).not.toHaveProperty('hostedDomain');
});

test('a reminder comes once, two days before the end, with a link of its own; what expired is deleted', async () => {
  const { at, houses, mailbox, service } = stage;
  const email = 'it@fabrikam.example';
  const { id, url } = await stage.makeLink(houses.fabrikam, email);
  await tend();
  service.clock.advance(5 * 86_400 + 60);
  await tend();
  await tend();
  const subject = 'Reminder: set up single sign-on for Fabrikam';
  const reminder = linkNamed(await mailbox.waitForMail({ to: email, subject }), 'Open the setup pages');
  expect(reminder).not.toBe(url);
  await using browser = openHttpBrowser();
  await stage.prepare(browser, await stage.open(browser, { url: reminder, email }));
  expect((await browser.open(url)).text).toContain('Hand it over');
  const written = service.database.db
    .selectFrom('mailOutbox')
    .select('id')
    .where('kind', '=', 'setup-link-reminder')
    .where('recipient', '=', email);
  expect(await written.execute()).toHaveLength(1);

  service.clock.advance(2 * 86_400);
  await tend();
  const [ended] = (await (await stage.administrator()).get(at('/setup-links', houses.fabrikam))).body.items;
  expect(ended).toMatchObject({ id, state: 'expired', step: 'hand-over', draft: null });
  expect((await browser.open(url)).text).toContain('Setup links are valid for 7 days.');
});

test('a domain that waits to take effect is told with its time, and stops nobody', async () => {
  const { service } = stage;
  const organization = await stage.newOrganization();
  const link = await stage.makeLink(organization);
  await using browser = openHttpBrowser();
  const first = await stage.open(browser, link);
  const domain = await browser.submit(first, {}, { forged: { provider: 'other' } });
  await browser.submit(domain, { domain: 'tailspin.example' }, { button: 'Show the record' });
  await service.database.db
    .updateTable('domainVerification')
    .set({ state: 'waiting', held: false, takesEffectAt: new Date('2030-03-05T09:00:00Z'), usersElsewhere: 12 })
    .where('domain', '=', 'tailspin.example')
    .execute();
  const waiting = await browser.open(`${link.url}/domain`);
  expect(waiting.text).toContain('tailspin.example is proved and takes effect on 2030-03-05 09:00 UTC.');
  expect(waiting.text).not.toContain('12');
  const guide = await browser.submit(waiting, {}, { button: 'Continue' });
  expect(guide.url.pathname).toMatch(/\/guide$/);
});
