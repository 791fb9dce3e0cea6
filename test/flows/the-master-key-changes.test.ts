import { expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import type { Page } from '../support/page.ts';
import { addApiToken } from '../support/people.ts';
import { createTestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { keepRecoveryCodes } from '../../src/authenticators/enroll-authenticator.ts';
import { newRecoveryCodes } from '../../src/authenticators/recovery-codes.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { knownDeviceOf, rememberDevice } from '../../src/login/steps/known-device.ts';
import { lastChoiceOf, rememberChoice } from '../../src/login/steps/last-choice.ts';

const OLD = Buffer.alloc(32, 7);
const NEW = Buffer.alloc(32, 8);

async function withRecoveryCode(
  service: TestService,
  browser: HttpBrowser,
  person: Parameters<typeof logIn>[3],
  code: string,
): Promise<Page> {
  const address = await browser.open(`${service.url}/login/start`);
  const password = await browser.submit(address, { email: person.email }, { button: 'Continue' });
  const factor = await browser.submit(password, { password: person.password }, { button: 'Continue' });
  const recovery = await browser.submit(factor, {}, { button: 'Use a recovery code' });
  return browser.submit(recovery, { code }, { button: 'Continue' });
}

test('with a new master key before the old one, all that was sealed or keyed under the old one still counts', async () => {
  await using database = await createTestDatabase();
  const first = await startService({ database, masterKeys: [OLD] });
  const root = await makeRoot(first);
  const maria = await makePerson(first, root, 'maria@northwind.example');
  const codes = newRecoveryCodes();
  const { db } = database;
  await keepRecoveryCodes({ db, clock: first.clock, secrets: first.secrets }, maria, codes);
  const token = await addApiToken({ db, clock: first.clock }, root, 'administrator');
  const create = async ({ url }: TestService) =>
    apiClient(url, token).send('POST', '/organizations', { name: 'Contoso' }, { 'idempotency-key': 'contoso' });
  const created = await create(first);
  const jwks = await (await fetch(`${first.url}/oauth2/jwks`)).text();
  await first.close();
  await using second = await startService({
    database,
    port: first.port,
    masterKeys: [NEW, OLD],
  });
  // Signing keys and a kept answer are opened; tokens and passwords hang on no master key.
  expect(await (await fetch(`${second.url}/oauth2/jwks`)).text()).toBe(jwks);
  expect((await create(second)).body).toEqual(created.body);
  // A TOTP seed and a recovery code made under the old key.
  await using browser = openHttpBrowser();
  expect((await logIn(browser, second, await browser.open(`${second.url}/login/start`), maria)).text).toContain(
    'Your applications',
  );
  await using other = openHttpBrowser();
  expect((await withRecoveryCode(second, other, maria, codes[0]!)).text).toContain('Your applications');
  await using thief = openHttpBrowser();
  expect((await withRecoveryCode(second, thief, maria, codes[0]!)).text).not.toContain('Your applications');
});

test('cookies signed under the old key are known, and written anew under the new one', () => {
  const before = { secrets: createSecretBox([OLD]) };
  const now = { secrets: createSecretBox([NEW, OLD]) };
  const later = { secrets: createSecretBox([NEW]) };
  const holding = (value: string) => ({ cookie: () => value });
  const key = 'maria@northwind.example';
  const device = rememberDevice(before, holding(''), key).value;
  expect(knownDeviceOf(later, holding(device), key)).toBeUndefined();
  expect(knownDeviceOf(now, holding(device), key)).toBe(device.split('.')[0]);
  const rewritten = rememberDevice(now, holding(device), key).value;
  expect(knownDeviceOf(later, holding(rewritten), key)).toBe(device.split('.')[0]);

  const organizationId = '00000000-0000-4000-8000-000000000001' as Parameters<typeof rememberChoice>[3];
  const choice = rememberChoice(before, holding(''), key, organizationId).value;
  expect(lastChoiceOf(later, holding(choice), key)).toBeNull();
  expect(lastChoiceOf(now, holding(choice), key)).toBe(organizationId);
  const chosenAgain = rememberChoice(now, holding(choice), key, organizationId).value;
  expect(lastChoiceOf(later, holding(chosenAgain), key)).toBe(organizationId);
});

test('a short code made under the old key is compared under each', () => {
  const mac = createSecretBox([OLD]).mac('address code', '123456');
  expect(createSecretBox([NEW, OLD]).isMac('address code', '123456', mac)).toBe(true);
  expect(createSecretBox([NEW, OLD]).isMac('address code', '123457', mac)).toBe(false);
  expect(createSecretBox([NEW, OLD]).isMac('binding code', '123456', mac)).toBe(false);
  expect(createSecretBox([NEW]).isMac('address code', '123456', mac)).toBe(false);
});
