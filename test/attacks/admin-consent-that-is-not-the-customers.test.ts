import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import { inForce } from '../support/federation.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addApiToken, addSession, addUser, org } from '../support/people.ts';
import { DIRECTORIES, WITHOUT, WITH_SECRET, adminOf, consentGround, startTemplateStage } from '../support/templates.ts';
import type { ConsentGround, TemplateStage } from '../support/templates.ts';

// Lesson: anybody can write the answer of a consent page: its tenant is what a browser says. A directory belongs to an
// organization only when a signed token of it arrives in the browser that was sent, and to one organization alone.

const [CONTOSO, FABRIKAM, TAILSPIN] = DIRECTORIES;
let stage: TemplateStage;
let at: string;
let ground: ConsentGround;
beforeAll(async () => {
  stage = await startTemplateStage();
  ({ at } = await stage.makeTemplate(await stage.administrator(), { clientSecret: 'the secret of Northwind' }));
  ground = consentGround(stage, at);
});
afterAll(async () => stage?.[Symbol.asyncDispose]());
// Each test is another visitor: they share this machine's address.
beforeEach(async () => {
  await stage.service.database.db.deleteFrom('rateLimit').execute();
  await stage.service.database.db.deleteFrom('adminConsent').execute();
  await stage.fabrikam.endSessions();
});

const openBrowser = () => openHttpBrowser({ now: () => stage.service.clock.now() });

const UNTOUCHED = { directoryId: null, consentedAt: null, testedAt: null, failure: null };

test('an answer with an invented state, of another browser, or given twice, changes nothing', async () => {
  const { organization, link } = await ground.customer();
  await using it = openBrowser();
  const state = await ground.begin(it, link);
  const invented = await it.open(ground.answer('invented'.repeat(6), CONTOSO.id));
  expect([invented.status, invented.text]).toEqual([400, expect.stringContaining('belongs to no request')]);
  expect((await it.open(`${stage.service.url}/login/consent?admin_consent=True&tenant=${CONTOSO.id}`)).status).toBe(
    400,
  );
  await using other = openBrowser();
  expect((await other.open(ground.answer(state, CONTOSO.id))).text).toContain('belongs to no request');
  expect(await ground.consentOf(organization)).toEqual(UNTOUCHED);
  // What another browser brought is spent for its own, too.
  expect((await it.open(ground.answer(state, CONTOSO.id))).status).toBe(400);
  expect(await ground.consentOf(organization)).toEqual(UNTOUCHED);

  const again = await ground.begin(it, link);
  expect((await it.open(ground.answer(again, CONTOSO.id))).url.origin).toBe(stage.fabrikam.origin);
  const replayed = await it.open(ground.answer(again, FABRIKAM.id));
  expect(replayed.status).toBe(400);
  expect(await ground.consentOf(organization)).toMatchObject({ directoryId: CONTOSO.id, testedAt: null });
});

test('an answer that names the directory of others binds nothing: only a token of that directory would', async () => {
  const { organization, link } = await ground.customer();
  await using it = openBrowser();
  // Contoso's own administrator has consented before; the attacker is administrator of Fabrikam.
  const { link: theirs } = await ground.customer();
  await using contoso = openBrowser();
  await stage.consent(contoso, theirs, CONTOSO.domain);
  await stage.service.database.db.deleteFrom('adminConsent').where('organizationId', '!=', organization.id).execute();
  await stage.fabrikam.endSessions();

  const there = await it.open(ground.answer(await ground.begin(it, link), CONTOSO.id));
  expect(there.url.pathname).toContain(CONTOSO.id);
  const back = await it.submit(there, adminOf(FABRIKAM.domain), { button: 'Sign in' });
  expect(back.text).toContain('does not exist in the directory');
  expect(await ground.consentOf(organization)).toMatchObject({ testedAt: null });
  const turned = await (
    await stage.administrator()
  ).send('POST', `${at}/turn-on`, {
    organizations: [{ organizationId: org(organization), directoryId: CONTOSO.id }],
  });
  expect(turned.body.results).toMatchObject([{ done: false, problem: { code: 'consent.not-proven' } }]);
  expect(await inForce(stage.service, organization)).toBeUndefined();
});

test('the login that proves a directory, passed on to one of its people, proves nothing', async () => {
  const { organization, link } = await ground.customer();
  const { link: theirs } = await ground.customer();
  await using contoso = openBrowser();
  await stage.consent(contoso, theirs, CONTOSO.domain);
  await stage.service.database.db.deleteFrom('adminConsent').where('organizationId', '!=', organization.id).execute();
  await using attacker = openBrowser();
  const begun = await attacker.open(ground.answer(await ground.begin(attacker, link), CONTOSO.id));
  expect(begun.url.pathname).toContain(CONTOSO.id);
  const cookie = attacker.cookies.all().find(({ name }) => name.startsWith('tx-'));
  const trial = cookie?.value.split('.')[1] ?? '';
  // A person of Contoso is sent the page of that login, and logs in.
  await using victim = openBrowser();
  const asked = await victim.submit(await victim.open(`${stage.service.url}/login/test/${trial}`));
  const result =
    asked.url.origin === stage.fabrikam.origin
      ? await victim.submit(asked, adminOf(CONTOSO.domain), { button: 'Sign in' })
      : asked;
  expect(result.text).toContain('The connection works');
  expect(await ground.consentOf(organization)).toMatchObject({ testedAt: null });
});

test('a directory that is proven for one organization is nobody else’s', async () => {
  const first = await ground.customer();
  await using one = openBrowser();
  await stage.consent(one, first.link, CONTOSO.domain);
  expect(await ground.consentOf(first.organization)).toMatchObject({
    directoryId: CONTOSO.id,
    testedAt: expect.any(Date),
  });
  const second = await ground.customer();
  await using other = openBrowser();
  const refused = await other.follow(await stage.consent(other, second.link, CONTOSO.domain), 'Go on');
  expect(refused.text).toContain('belongs to another organization here');
  expect(await ground.consentOf(second.organization)).toMatchObject({
    testedAt: null,
    failure: 'consent.directory-taken',
  });
  // What is proven is not exchanged either, by whoever holds the link.
  const again = await one.open(first.link);
  expect(again.text).toContain('Done. Thank you!');
  const posted = await one.post(first.link, new URLSearchParams(), new URL(first.link));
  expect(posted.url.origin).toBe(stage.service.url);
  expect(await ground.consentOf(first.organization)).toMatchObject({
    directoryId: CONTOSO.id,
    testedAt: expect.any(Date),
  });
});

test('an administrator turns on the directory that was shown, and none before it is proven', async () => {
  const { organization, link } = await ground.customer();
  await using it = openBrowser();
  await stage.accept(it, link, TAILSPIN.domain);
  const api = await stage.administrator();
  const turnOn = async (directoryId: string) => {
    const organizations = [{ organizationId: org(organization), directoryId }];
    return (await api.send('POST', `${at}/turn-on`, { organizations })).body.results[0];
  };
  expect(await turnOn(TAILSPIN.id)).toMatchObject({ done: false, problem: { code: 'consent.not-proven' } });
  await stage.consent(it, link, TAILSPIN.domain);
  expect(await turnOn(CONTOSO.id)).toMatchObject({ done: false, problem: { code: 'consent.not-proven' } });
  expect(await inForce(stage.service, organization)).toBeUndefined();
  const both = await Promise.all([turnOn(TAILSPIN.id), turnOn(TAILSPIN.id)]);
  expect(both.filter(({ done }) => done)).toHaveLength(1);
});

test('a link ends with a newer one, with its revoking, and with the rights of its maker', async () => {
  const { organization, link } = await ground.customer();
  const api = await stage.administrator();
  const newer = await stage.ask(api, at, organization, 'other@customer.example');
  await using it = openBrowser();
  expect((await it.open(link)).status).toBe(410);
  const state = await ground.begin(it, newer);
  expect((await api.send('POST', `${at}/revoke`, { managedOrganizationId: org(organization) })).status).toBe(204);
  expect((await it.open(newer)).status).toBe(410);
  expect((await it.open(ground.answer(state, TAILSPIN.id))).status).toBe(400);
  const last = await stage.ask(api, at, organization, 'last@customer.example');
  const { db } = stage.service.database;
  await db
    .updateTable('appUser')
    .set({ consoleRole: 'viewer' })
    .where('emailKey', '=', 'anna@northwind.example')
    .execute();
  expect((await it.open(last)).status).toBe(410);
  await db
    .updateTable('appUser')
    .set({ consoleRole: 'administrator' })
    .where('emailKey', '=', 'anna@northwind.example')
    .execute();
});

test('a link ends with the API token that made it, and needs a person with a fresh factor, or the operator’s token', async () => {
  const { service, houses } = stage;
  const organization = await stage.newOrganization('Of a program');
  const deps = { db: service.database.db, clock: service.clock };
  const asks = async (token: string) =>
    (
      await apiClient(service.url, token).send('POST', `${at}/consent-links`, {
        organizations: [{ organizationId: org(organization), email: 'it@program.example' }],
        send: false,
      })
    ).body;
  const made = await asks(await addApiToken(deps, houses.northwind, 'administrator'));
  const { url } = made.results[0];
  await using it = openBrowser();
  expect((await it.open(url)).status).toBe(200);
  await deps.db.updateTable('apiToken').set({ revokedAt: service.clock.now() }).execute();
  expect((await it.open(url)).status).toBe(410);
  // Of a version that did not note who asked.
  await deps.db.updateTable('adminConsent').set({ askedByKind: null, askedBy: null }).execute();
  expect((await it.open(url)).status).toBe(410);
  await deps.db.updateTable('adminConsent').set({ askedByKind: 'operator' }).execute();
  expect((await it.open(url)).status).toBe(200);
  // Made anew by a user at a server of that version, which leaves the kind: it ends with their rights.
  const vera = await addUser(deps, houses.northwind, 'vera@northwind.example', { role: 'viewer' });
  await deps.db.updateTable('adminConsent').set({ askedBy: vera.id }).execute();
  expect((await it.open(url)).status).toBe(410);

  const gerd = await addUser(deps, houses.northwind, 'gerd@northwind.example', { role: 'administrator' });
  const stale = await addSession({ ...deps, url: service.url }, gerd, { factorAt: null });
  expect(await asks(stale.token)).toMatchObject({ code: 'caller.stale-factor' });
});

test.each(['user', 'api-token'] as const)(
  'what was asked for by a maker of kind %s is not proven after their rights ended',
  async (kind) => {
    const { service, houses } = stage;
    const deps = { db: service.database.db, clock: service.clock, url: service.url };
    const organization = await stage.newOrganization(`Asked by ${kind}`);
    const ida = await addUser(deps, houses.northwind, `ida-${kind}@northwind.example`, { role: 'administrator' });
    const asksAs =
      kind === 'user'
        ? (await addSession(deps, ida)).token
        : await addApiToken(deps, houses.northwind, 'administrator');
    const link = await stage.ask(apiClient(service.url, asksAs), at, organization, `it-${kind}@program.example`);
    await using it = openBrowser();
    const there = await stage.accept(it, link, TAILSPIN.domain);
    expect(await ground.consentOf(organization)).toMatchObject({ directoryId: TAILSPIN.id, testedAt: null });
    await deps.db.updateTable('appUser').set({ consoleRole: 'viewer' }).where('id', '=', ida.id).execute();
    await deps.db.updateTable('apiToken').set({ revokedAt: service.clock.now() }).execute();
    await it.submit(there, adminOf(TAILSPIN.domain), { button: 'Sign in' });
    expect(await ground.consentOf(organization)).toMatchObject({ testedAt: null, failure: null });
  },
);

test('a template serves those below its owner alone, and its secret leaves it for nobody', async () => {
  const { organization, link } = await ground.customer();
  const { service, houses } = stage;
  await using it = openBrowser();
  await stage.consent(it, link, TAILSPIN.domain);
  const api = await stage.administrator();
  const turned = await api.send('POST', `${at}/turn-on`, {
    organizations: [{ organizationId: org(organization), directoryId: TAILSPIN.id }],
  });
  expect(turned.body.results).toMatchObject([{ done: true }]);

  const deps = { db: service.database.db, clock: service.clock, url: service.url };
  const eve = await addUser(deps, organization, 'eve@customer.example', { role: 'administrator' });
  const theirs = apiClient(service.url, (await addSession(deps, eve)).token);
  expect((await theirs.get(at)).status).toBe(404);
  expect((await theirs.get(`${at}/organizations`)).status).toBe(404);
  // Saved anew without a secret, at the same provider: the template's does not become theirs.
  const pane = (await theirs.get(`/organizations/${org(organization)}/authentication`)).body;
  const settings = { method: 'entra-id', clientId: WITH_SECRET, directoryId: TAILSPIN.id, credential: 'secret' };
  const saved = await theirs.send('PUT', `/organizations/${org(organization)}/authentication`, {
    settings,
    version: pane.version,
  });
  expect(saved.body).toMatchObject({ code: 'connection.refused', errors: [{ code: 'secret.missing' }] });
  for (const asked of [api, theirs]) {
    expect(JSON.stringify((await asked.get(`/organizations/${org(organization)}/authentication`)).body)).not.toContain(
      'the secret of Northwind',
    );
  }

  // A template of Contoso's own is for Contoso Retail, which Contoso manages; not for Contoso, nor for others.
  const own = await api.send('POST', `/organizations/${org(houses.contoso)}/connection-templates`, {
    name: 'Shops',
    clientId: WITHOUT,
  });
  const asked = await api.send(
    'POST',
    `/organizations/${org(houses.contoso)}/connection-templates/${own.body.id}/consent-links`,
    {
      organizations: [houses.contoso, houses.fabrikam, houses.northwind, houses.contosoRetail].map((one) => ({
        organizationId: org(one),
        email: 'it@elsewhere.example',
      })),
      send: false,
    },
  );
  expect(
    asked.body.results.map(({ problem }: { problem: { code: string } | null }) => problem?.code ?? 'done'),
  ).toEqual(['template.not-above', 'template.not-above', 'template.not-above', 'done']);
});
