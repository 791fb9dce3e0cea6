import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomUuid } from '../../src/base/random.ts';
import { MULTI_FACTOR, PHISHING_RESISTANT } from '../../src/sessions/authentication-context.ts';
import { makeApplication, makePerson } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { addSecurityKey, answerByKey, challengeOf, toSecondFactor } from '../support/key-pages.ts';
import { authorizeUrl, claimsOf, codeIn, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { createSoftwareSecurityKey } from '../support/software-security-key.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';

// Lesson: `acr` that says more than what was proved opens what an application keeps for the strongly authenticated.

let ground: HostileGround;
let service: TestService;
let reports: RelyingApplication;

beforeAll(async () => {
  ground = await startHostileGround({ statesIssuer: false });
  service = ground.service;
  const redirectUri = 'http://127.0.0.1:9012/back';
  const made = await makeApplication(service, ground.root, { redirectUris: [redirectUri] });
  reports = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

const open = (): HttpBrowser =>
  openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9012' });
const demand = (...values: string[]) => ({
  claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }),
});

test('a security key that the login itself enrolled resists no phishing: the password alone was enough to enrol it', async () => {
  const tom = await makePerson(service, ground.root, 'tom@northwind.example');
  await service.database.db
    .deleteFrom('authenticator')
    .where('userId', '=', tom.userId)
    .where('kind', '=', 'totp')
    .execute();
  await using browser = open();
  const enroll = await toSecondFactor(browser, await browser.open(authorizeUrl(service, reports)), tom);
  const page = await browser.submit(enroll, {}, { form: 'form', forged: { choose: 'security-key' } });
  const key = createSoftwareSecurityKey({ origin: service.url, rpId: 'localhost' });
  const codes = await answerByKey(browser, page, key.register(challengeOf(page)));
  const done = await browser.submit(codes, { saved: 'yes' }, { button: 'Continue' });
  const { body } = await redeem(service, reports, codeIn(done, reports));
  expect(claimsOf(body.id_token)).toMatchObject({ acr: MULTI_FACTOR, amr: ['pwd', 'hwk', 'mfa'] });
});

test('where a security key is demanded, no other factor is taken, whatever is posted', async () => {
  const maria = await makePerson(service, ground.root, 'maria@northwind.example');
  await addSecurityKey(service, maria);
  await using browser = open();
  const factor = await toSecondFactor(
    browser,
    await browser.open(authorizeUrl(service, reports, demand(PHISHING_RESISTANT))),
    maria,
  );
  const forged = { form: 'form[data-ceremony]', forged: { use: 'otp' } };
  const still = await browser.submit(factor, {}, forged);
  service.clock.advance(30);
  const code = await totpAt(maria.seed, service.clock.now());
  const answered = await browser.submit(still, {}, { form: 'form[data-ceremony]', forged: { code } });
  expect(answered.stoppedAt).toBeUndefined();
  expect(answered.title).toContain('Confirm It’s You');
});

test('what an identity provider states is told as it is, and never called anything else', async () => {
  await ground.use('code');
  ground.provider.person = { sub: 'h-1', email: MALLORY, email_verified: true, acr: 'urn:hers', amr: ['hwk'] };
  await service.database.db
    .updateTable('connection')
    .set({ state: 'active', confirmedAt: service.clock.now() })
    .execute();
  await bind();
  const acrOf = async (more: Record<string, string>): Promise<unknown> => {
    await using browser = open();
    const page = await browser.open(authorizeUrl(service, reports, more));
    const back = await browser.submit(page, { email: MALLORY }, { button: 'Continue' });
    const refused = back.stoppedAt?.searchParams.get('error');
    if (refused !== null) return refused;
    const { body } = await redeem(service, reports, codeIn(back, reports));
    return claimsOf(body.id_token)['acr'];
  };
  expect(await acrOf({ acr_values: PHISHING_RESISTANT })).toBe('urn:hers');
  expect(await acrOf(demand(PHISHING_RESISTANT, MULTI_FACTOR))).toBe('unmet_authentication_requirements');
  await using within = open();
  const back = await within.open(authorizeUrl(service, reports));
  await within.submit(back, { email: MALLORY }, { button: 'Continue' });
  const refused = await within.open(authorizeUrl(service, reports, demand(MULTI_FACTOR)));
  expect(refused.status).toBe(403);
  const told = await within.submit(refused, {}, { button: 'Back to Reports' });
  expect(told.stoppedAt?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  ground.provider.person = { ...ground.provider.person, acr: PHISHING_RESISTANT };
  expect(await acrOf({ acr_values: MULTI_FACTOR })).toBe(PHISHING_RESISTANT);
  expect(await acrOf(demand(MULTI_FACTOR))).toBe('unmet_authentication_requirements');
  ground.provider.person = { sub: 'h-1', email: MALLORY, email_verified: true, amr: ['mfa'] };
  expect(await acrOf({})).toBeUndefined();
});

/** Ties mallory's account to the person at the provider, as a first login would. */
async function bind(): Promise<void> {
  const { db } = service.database;
  const user = await db
    .selectFrom('appUser')
    .select(['id', 'organizationId'])
    .where('email', '=', MALLORY)
    .executeTakeFirstOrThrow();
  const { id: connectionId } = await db.selectFrom('connection').select('id').executeTakeFirstOrThrow();
  const now = service.clock.now();
  await db
    .insertInto('identity')
    .values({
      id: randomUuid(),
      connectionId,
      organizationId: user.organizationId,
      userId: user.id,
      issuer: ground.provider.issuer,
      subject: 'h-1',
      boundBy: 'mailed-code',
      boundAt: now,
      lastSeenAt: now,
    })
    .execute();
}
