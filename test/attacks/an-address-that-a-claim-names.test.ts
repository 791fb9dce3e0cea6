import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newToken } from '../../src/domains/domain.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { gained, goToProvider } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import type { Page } from '../support/page.ts';
import { addSession, addUser, org } from '../support/people.ts';

// Lesson: an administrator may choose the claim that gives the address, and people may write that claim themselves. It finds a
// user and is shown; it proves nothing, whatever else the token says.

let ground: HostileGround;
let administrator: ApiClient;

const DOMAIN = 'fabrikam-trading.example';
const VICTIM = `victoria@${DOMAIN}`;
/** Whoever comes proved an own address, and wrote another one's into the chosen claim. */
const TRUDY = { sub: 't-1', name: 'Trudy', email: `trudy@${DOMAIN}`, email_verified: true, mail: VICTIM };
const NONE = { sessions: 0, identities: 0 };
const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock, url: ground.service.url });

beforeAll(async () => {
  ground = await startHostileGround();
  const anna = await addUser(deps(), ground.root, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(ground.service.url, (await addSession(deps(), anna)).token);
  await addUser(deps(), ground.organization, VICTIM);
  await ground.use('code', { addressClaim: 'mail' });
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
beforeEach(async () => {
  const { db } = deps();
  await db.deleteFrom('identity').execute();
  await db.deleteFrom('session').where('organizationId', '=', ground.organization.id).execute();
  await db.deleteFrom('domainVerification').execute();
});

async function verifyDomain(): Promise<void> {
  const now = ground.service.clock.now();
  const about = {
    organizationId: ground.organization.id,
    domain: DOMAIN,
    state: 'verified',
    token: newToken(),
  } as const;
  const values = { ...about, startedAt: now, verifiedAt: now, createdAt: now };
  await deps().db.insertInto('domainVerification').values(values).execute();
}

async function comes(person: Record<string, unknown>, typed = VICTIM): Promise<Page> {
  ground.provider.person = person as never;
  await using browser = ground.openBrowser();
  return await goToProvider(browser, ground.service, typed);
}

const path = (rest: string, organization = ground.organization): string => `/organizations/${org(organization)}${rest}`;

test.each([true, false])('email_verified does not speak of another claim (verified domain: %s)', async (verified) => {
  if (verified) await verifyDomain();
  const page = await comes(TRUDY);
  expect(page.text).toContain('Is this you?');
  expect(page.text).toContain(VICTIM);
  expect(await gained(ground.service, ground.organization)).toEqual(NONE);
});

test('a list of equal spellings beside it proves nothing, either', async () => {
  const claims = { mail_verified: true, verified_primary_email: [VICTIM], xms_edov: true, preferred_username: VICTIM };
  expect((await comes({ ...TRUDY, ...claims })).text).toContain('Is this you?');
  expect(await gained(ground.service, ground.organization)).toEqual(NONE);
});

test('where the chosen claim is missing, the address of no other claim takes its place', async () => {
  await verifyDomain();
  const { mail: _mail, ...without } = TRUDY;
  const page = await comes({ ...without, email: VICTIM, preferred_username: VICTIM });
  expect(page.text).toContain('states no usable address for you');
  expect(await gained(ground.service, ground.organization)).toEqual(NONE);
});

test('nobody is made a user by a chosen claim', async () => {
  await verifyDomain();
  const { version } = (await administrator.get(path(''))).body as { version: number };
  expect(await administrator.send('PATCH', path(''), { justInTime: true, version })).toMatchObject({ status: 200 });
  const nobody = `nobody@${DOMAIN}`;
  const page = await comes({ ...TRUDY, mail: nobody }, nobody);
  expect(page.text).toContain('Your account isn’t set up for Gatehouse yet');
  const found = await deps().db.selectFrom('appUser').select('id').where('emailKey', '=', nobody).execute();
  expect(found).toEqual([]);
});

test('who is tied already stays the same person, whatever the chosen claim says', async () => {
  const trudy = `trudy@${DOMAIN}`;
  const user = await addUser(deps(), ground.organization, trudy);
  await ground.use('code', { addressClaim: '' });
  expect((await comes(TRUDY, trudy)).text).toContain('Your applications');
  await ground.use('code', { addressClaim: 'mail' });
  expect((await comes(TRUDY, trudy)).text).toContain('Your applications');
  const sessions = await deps()
    .db.selectFrom('session')
    .select('userId')
    .where('organizationId', '=', ground.organization.id)
    .execute();
  expect(new Set(sessions.map(({ userId }) => userId))).toEqual(new Set([user.id]));
  const { email } = await deps()
    .db.selectFrom('appUser')
    .select('email')
    .where('id', '=', user.id)
    .executeTakeFirstOrThrow();
  expect(email).toBe(trudy);
});

describe('what may not be chosen is refused', () => {
  const settings = () => ({
    method: 'openid-connect',
    clientId: 'gatehouse',
    discoveryUrl: ground.provider.issuer,
    credential: 'secret',
    clientSecret: 'known to the attacker',
  });
  const checked = async (chosen: object): Promise<{ ok?: boolean; code?: string; problem?: { code: string } }> =>
    (await administrator.send('POST', path('/authentication/check'), { settings: { ...settings(), ...chosen } })).body;

  test.each(['sub', 'SUB', 'iss', 'aud', 'email_verified', 'tid', 'nonce', '__proto__', 'two words', 'x'.repeat(129)])(
    '%s as claim',
    async (claim) => {
      for (const field of ['addressClaim', 'nameClaim']) {
        expect(await checked({ [field]: claim })).toMatchObject({
          ok: false,
          problem: { code: 'settings.claim-name' },
        });
      }
    },
  );

  test.each(['subjectClaim', 'sub', 'emailVerifiedClaim'])('a setting %s', async (name) => {
    expect(await checked({ [name]: 'mail' })).toMatchObject({ code: 'input.malformed' });
  });

  test('the address of Entra ID', async () => {
    const entra = { method: 'entra-id', clientId: org(ground.organization), directoryId: 'contoso.example' };
    const body = { settings: { ...entra, credential: 'none', addressClaim: 'mail' } };
    expect((await administrator.send('POST', path('/authentication/check'), body)).body).toMatchObject({
      code: 'input.malformed',
    });
    const preview = { method: 'entra-id', addressClaim: 'mail' };
    expect(await administrator.send('POST', path('/authentication/mapping-preview'), preview)).toMatchObject({
      status: 422,
    });
  });
});

describe('a preview tells the claims of a test to nobody else', () => {
  let trialId: string;

  beforeAll(async () => {
    ground.provider.person = { ...TRUDY, department: 'Sales' };
    const { body } = await administrator.send('POST', path('/authentication/trials'), { settings: null });
    const { trial, url } = body as { trial: { id: string }; url: string };
    trialId = trial.id;
    await using browser = ground.openBrowser();
    await browser.submit(await browser.open(url));
  });

  const preview = async (client: ApiClient, more: object = {}, organization = ground.organization) =>
    client.send('POST', path('/authentication/mapping-preview', organization), {
      method: 'openid-connect',
      nameClaim: 'department',
      ...more,
    });

  test('who may configure reads it', async () => {
    expect(await preview(administrator, { trialId })).toMatchObject({ status: 200, body: { name: 'Sales' } });
  });

  test('a viewer, an administrator of a sibling, and one through another organization', async () => {
    const viewer = await addUser(deps(), ground.organization, `vera@${DOMAIN}`, { role: 'viewer' });
    const asViewer = apiClient(ground.service.url, (await addSession(deps(), viewer)).token);
    expect(await preview(asViewer)).toMatchObject({ status: 403 });
    const sibling = await makeManaged(ground.service, ground.root, 'Contoso');
    const lena = await addUser(deps(), sibling, 'lena@contoso.example', { role: 'administrator' });
    const asLena = apiClient(ground.service.url, (await addSession(deps(), lena)).token);
    expect(await preview(asLena)).toMatchObject({ status: 404 });
    // And to nobody as one of the sibling's, whoever administers both.
    for (const client of [asLena, administrator]) {
      expect(await preview(client, { trialId }, sibling)).toMatchObject({ body: { code: 'trial.not-found' } });
      expect(await preview(client, {}, sibling)).toMatchObject({
        status: 200,
        body: { test: null, name: null, claims: [] },
      });
    }
  });

  test('it logs nobody in, and gives neither ids nor what is of the token', async () => {
    const before = await gained(ground.service, ground.organization);
    const { body } = await preview(administrator, { addressClaim: 'mail' });
    expect(body).toMatchObject({ address: VICTIM, claims: ['department', 'email', 'mail', 'name'] });
    expect(JSON.stringify(body)).not.toContain(TRUDY.sub);
    expect(await gained(ground.service, ground.organization)).toEqual(before);
  });
});
