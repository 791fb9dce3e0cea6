import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsOf, goToProvider, inForce, paneOf, routeDomains } from '../support/federation.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addUser, org } from '../support/people.ts';
import { DIRECTORIES, WITH_SECRET, WITHOUT, adminOf, startTemplateStage } from '../support/templates.ts';
import type { TemplateStage } from '../support/templates.ts';

const SECRET = 'value of the first secret';
const [CONTOSO, FABRIKAM, TAILSPIN] = DIRECTORIES;
let stage: TemplateStage;
beforeAll(async () => {
  stage = await startTemplateStage();
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

const deps = () => ({ db: stage.service.database.db, clock: stage.service.clock });
const openBrowser = () => openHttpBrowser({ now: () => stage.service.clock.now() });

test('several customers are asked at once, consent, are turned on, and log in by one registration with one secret', async () => {
  const { houses, service, fabrikam, mailbox } = stage;
  const api = await stage.administrator();
  const { at, id } = await stage.makeTemplate(api, { name: 'Customers', clientSecret: SECRET });
  await addUser(deps(), houses.contoso, 'admin@contoso.example', { role: 'administrator' });
  await addUser(deps(), houses.fabrikam, 'admin@fabrikam.example');
  expect((await api.get(at)).body).toMatchObject({
    name: 'Customers',
    clientId: WITH_SECRET,
    credential: 'secret',
    redirectUrls: { login: `${service.url}/login/callback/${id}`, consent: `${service.url}/login/consent` },
    use: { inForce: 0, kept: 0, users: 0 },
  });
  const before = (await api.get(`${at}/organizations`)).body;
  expect(before).toMatchObject({ total: 3, states: { 'not-asked': 3 } });
  expect(before.items).toMatchObject([
    { organization: { name: 'Contoso' }, state: 'not-asked', email: 'admin@contoso.example' },
    { organization: { name: 'Contoso Retail' }, state: 'not-asked', email: null },
    { organization: { name: 'Fabrikam' }, state: 'not-asked', email: null },
  ]);

  // Three at once: one of them cannot be, and that holds up nobody.
  const asked = await api.send('POST', `${at}/consent-links`, {
    organizations: [
      { organizationId: org(houses.contoso), email: 'it@contoso.example' },
      { organizationId: org(houses.fabrikam), email: 'it@fabrikam.example' },
      { organizationId: org(houses.northwind), email: 'it@northwind.example' },
    ],
  });
  expect(asked.body.results).toMatchObject([
    { done: true, problem: null },
    { done: true, problem: null },
    { done: false, problem: { code: 'template.not-above' }, url: null },
  ]);
  const [ofContoso, ofFabrikam] = asked.body.results.map(({ url }: { url: string }) => url) as [string, string];
  for (const to of ['it@contoso.example', 'it@fabrikam.example']) {
    const mail = await mailbox.waitForMail({ to, subject: /^Allow Gatehouse in the Microsoft directory of/ });
    expect(mail.text).toContain('Cloud Application Administrator');
  }
  expect((await api.get(`${at}/organizations?state=sent`)).body).toMatchObject({ total: 2, states: { sent: 2 } });

  await using contoso = openBrowser();
  const page = await contoso.open(ofContoso);
  expect(page.text).toContain('Allow Gatehouse in the directory of Contoso');
  const result = await stage.consent(contoso, ofContoso, CONTOSO.domain);
  expect(result.title).toContain('The connection works');
  const done = await contoso.follow(result, 'Go on');
  expect(done.text).toContain(`The directory ${CONTOSO.id} of Contoso allows Gatehouse.`);
  await using fabrikamsIt = openBrowser();
  await stage.consent(fabrikamsIt, ofFabrikam, FABRIKAM.domain);
  const table = (await api.get(`${at}/organizations?state=tested`)).body;
  expect(table.items).toMatchObject([
    { state: 'tested', directoryId: CONTOSO.id, testedBy: 'admin@contoso.example', ownDomain: false },
    { state: 'tested', directoryId: FABRIKAM.id, testedBy: 'admin@fabrikam.example' },
  ]);
  expect(await inForce(service, houses.contoso)).toBeUndefined();

  const turned = await api.send('POST', `${at}/turn-on`, {
    organizations: [
      { organizationId: org(houses.contoso), directoryId: CONTOSO.id },
      { organizationId: org(houses.fabrikam), directoryId: FABRIKAM.id },
    ],
  });
  expect(turned.body.results).toMatchObject([{ done: true }, { done: true }]);
  expect(await inForce(service, houses.contoso)).toMatchObject({
    state: 'unconfirmed',
    credential: 'secret',
    redirectUri: `${service.url}/login/callback/${id}`,
    settings: { clientId: WITH_SECRET, directoryId: CONTOSO.id },
  });
  const rows = service.database.db
    .selectFrom('connection')
    .select('sealedClientSecret')
    .where('templateId', 'is not', null);
  expect(await rows.execute()).toEqual([{ sealedClientSecret: null }, { sealedClientSecret: null }]);

  await routeDomains(service, houses.contoso);
  await routeDomains(service, houses.fabrikam);
  for (const domain of [CONTOSO.domain, FABRIKAM.domain]) {
    await using browser = openBrowser();
    const there = await goToProvider(browser, service, `admin@${domain}`);
    const back = await browser.submit(there, adminOf(domain), { button: 'Sign in' });
    expect(back.title).toContain('Your applications');
  }
  expect((await paneOf(service, houses.contoso)).connection).toMatchObject({ state: 'active' });
  expect((await api.get(at)).body.use).toEqual({ inForce: 2, kept: 0, users: 2 });

  // A new secret, once: it holds for everybody's next login.
  await fabrikam.addApps({
    clientId: WITH_SECRET,
    directory: DIRECTORIES[0].id,
    multiTenant: true,
    secrets: [{ id: 'secret-2', value: 'value of the second secret' }],
    redirectUris: [{ uri: `${service.url}/login/callback/${id}` }],
  });
  const { version } = (await api.get(at)).body;
  const changed = await api.send('PATCH', at, {
    clientSecret: 'value of the second secret',
    credentialExpiresAt: '2030-01-01T00:00:00Z',
    version,
  });
  expect([changed.status, changed.body]).toMatchObject([200, { credentialExpiresAt: '2030-01-01T00:00:00.000Z' }]);
  await fabrikam.endSessions();
  await using again = openBrowser();
  const there = await goToProvider(again, service, 'admin@fabrikam.example');
  const back = await again.submit(there, adminOf('fabrikam.example'), { button: 'Sign in' });
  expect(back.title).toContain('Your applications');

  expect((await eventsOf(service, houses.contoso)).filter((kind) => kind.startsWith('consent.'))).toEqual([
    'consent.asked',
    'consent.given',
    'consent.proven',
    'consent.turned-on',
  ]);
  expect((await eventsOf(service, houses.northwind)).filter((kind) => kind.startsWith('template.'))).toEqual([
    'template.made',
    'template.changed',
  ]);
  // In use: it cannot be deleted, not even while one can still switch back to it.
  expect((await api.send('DELETE', at)).body).toMatchObject({ code: 'template.in-use' });
});

test('a login through a template stays within the statements of any federated login', async () => {
  const { service } = stage;
  const log = async (email: string): Promise<number> => {
    await using browser = openBrowser();
    const start = await browser.open(`${service.url}/login/start`);
    const counted = await service.countStatements(async () => {
      const there = await browser.submit(start, { email }, { button: 'Continue' });
      const back = there.title.includes('Sign in')
        ? await browser.submit(there, adminOf(email.split('@')[1] ?? ''), { button: 'Sign in' })
        : there;
      expect(back.title).toContain('Your applications');
    });
    return counted.statements;
  };
  const byTemplate = await log('admin@contoso.example');
  expect(byTemplate).toBeLessThanOrEqual(39);
});

test('without a secret: refused, then consented; a template nobody uses is deleted with its links', async () => {
  const { service } = stage;
  const api = await stage.administrator();
  const { at } = await stage.makeTemplate(api, { name: 'Without a secret' });
  const tailspin = await stage.newOrganization('Tailspin');
  await addUser(deps(), tailspin, 'admin@tailspin.example', { role: 'administrator' });
  const link = await stage.ask(api, at, tailspin, 'it@tailspin.example');
  await using browser = openBrowser();
  const asked = await browser.submit(await browser.open(link));
  const refused = await browser.submit(asked, {}, { button: 'Cancel' });
  expect(refused.text).toContain('This did not work yet.');
  const line = async () => (await api.get(`${at}/organizations?search=tailspin`)).body.items[0];
  expect(await line()).toMatchObject({ state: 'failed', failure: { code: 'entra.65004' } });
  await stage.consent(browser, link, TAILSPIN.domain);
  expect(await line()).toMatchObject({ state: 'tested', failure: null, directoryId: TAILSPIN.id });
  const taken = await api.send('POST', at.replace(/\/tpl_.*/, ''), { name: 'without a SECRET', clientId: WITHOUT });
  expect(taken.body).toMatchObject({ code: 'template.name-taken' });
  expect((await api.send('DELETE', at)).status).toBe(204);
  expect((await browser.open(link)).status).toBe(410);
  expect((await eventsOf(service, tailspin)).filter((kind) => kind.startsWith('consent.'))).toEqual([
    'consent.asked',
    'consent.failed',
    'consent.given',
    'consent.proven',
  ]);
});
