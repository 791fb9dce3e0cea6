import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExplainedLogin, Login } from '../../src/api/contract/logins.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { goToProvider, routeDomains } from '../support/federation.ts';
import { makeManaged, makePerson } from '../support/fixtures.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { addApiToken, addUser, org } from '../support/people.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** One browser tries an address of Fabrikam Trading, is refused there, and goes on with one of Contoso in the same login. */
let ground: HostileGround;
let contoso: Organization;
let reference: string;
const administrators: Record<string, ApiClient> = {};

beforeAll(async () => {
  ground = await startHostileGround();
  const { service, root, organization, provider } = ground;
  contoso = await makeManaged(service, root, 'Contoso');
  await makePerson(service, contoso, 'maria@contoso.example');
  await routeDomains(service, contoso);
  const deps = { db: service.database.db, clock: service.clock };
  for (const one of [root, organization, contoso]) {
    administrators[one.name] = apiClient(service.url, await addApiToken(deps, one, 'administrator'));
  }
  await ground.use('code');
  await using first = ground.openBrowser();
  await ground.tryLogin(first); // confirms the connection
  provider.setFaults({ token: [{ kind: 'wrong-signature' }] });
  await addUser(deps, organization, 'trudy@fabrikam-trading.example');
  await using browser = ground.openBrowser();
  const refused = await goToProvider(browser, service, 'trudy@fabrikam-trading.example');
  reference = /reference (?:\w+ )*?([0-9A-Z]{6,})/i.exec(refused.text)![1]!;
  const again = await browser.submit(refused, {}, { button: 'Log in again' });
  const password = await browser.submit(again, { email: 'maria@contoso.example' }, { button: 'Continue' });
  await browser.submit(password, { password: 'not the one' }, { button: 'Continue' });
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

async function explain(who: string, at: Organization) {
  return administrators[who]!.get(`/organizations/${org(at)}/logins/${reference}`);
}

test('what was tried at one organization is not told to the administrators of another', async () => {
  const { status, body } = await explain('Contoso', contoso);
  expect(status).toBe(200);
  const why = body as ExplainedLogin;
  expect(why).toMatchObject({ email: 'maria@contoso.example', cause: { code: 'wrong-password' } });
  expect(JSON.stringify(why)).not.toMatch(/fabrikam|trudy|login\.signature|127\.0\.0\.3|gatehouse"/i);
  expect(why.steps.map(({ text }) => text)).toContain(
    'Before that, another address was tried. What came of it is told to the administrators of its organization.',
  );
  // Those above both read both.
  const above = (await explain('Northwind', contoso)).body as ExplainedLogin;
  expect(JSON.stringify(above)).toContain('trudy@fabrikam-trading.example');
});

test('the organization that was left finds its part by the same reference, and nothing of what came after', async () => {
  const { status, body } = await explain('Fabrikam Trading', ground.organization);
  expect(status).toBe(200);
  expect(body).toMatchObject({ outcome: 'refused', cause: { code: 'login.signature' } });
  expect(JSON.stringify(body)).not.toMatch(/contoso|maria|password/i);
});

test('a reference of another organization, one of nobody and none at all are answered alike', async () => {
  const { db } = ground.service.database;
  const theirs = await db
    .selectFrom('login')
    .select('reference')
    .where('organizationId', '=', ground.organization.id)
    .where('step', '=', 'finished')
    .executeTakeFirstOrThrow();
  const answers = [];
  for (const asked of [theirs.reference, '22222222']) {
    const { status, body } = await administrators['Contoso']!.get(`/organizations/${org(contoso)}/logins/${asked}`);
    answers.push({ status, code: body.code, title: body.title });
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]).toMatchObject({ status: 404, code: 'login.not-found' });
  const found = await administrators['Contoso']!.get(
    `/organizations/${org(contoso)}/logins?search=${theirs.reference}`,
  );
  expect(found.body.items).toEqual([]);
});

test('logins that belong to no organization are told to the administrators of the root alone', async () => {
  await using browser = ground.openBrowser();
  const page = await goToProvider(browser, ground.service, 'stranger@nowhere.example');
  await browser.submit(page, { password: 'not the one' }, { button: 'Continue' });
  const find = async (who: string, at: Organization): Promise<Login[]> =>
    (await administrators[who]!.get(`/organizations/${org(at)}/logins?search=stranger`)).body.items;
  expect(await find('Contoso', contoso)).toEqual([]);
  expect(await find('Northwind', contoso)).toEqual([]);
  expect(await find('Northwind', ground.root)).toMatchObject([{ cause: { code: 'nobody' } }]);
  expect((await administrators['Contoso']!.get(`/organizations/${org(ground.root)}/logins`)).status).toBe(404);
});

test('references are not tried one after the other', async () => {
  const codes = new Set<string | undefined>();
  for (let tried = 0; tried < 61; tried += 1) {
    const { body } = await administrators['Contoso']!.get(`/organizations/${org(contoso)}/logins/2222${1000 + tried}`);
    codes.add(body.code);
  }
  expect([...codes]).toEqual(['login.not-found', 'request.too-many']);
});
