import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';

// Lesson: whoever may write one column, but not read the key, puts a secret of their own where somebody else's stood.

let service: TestService;

beforeAll(async () => {
  service = await startService();
});
afterAll(async () => service.close());

test('a sealed value opens in its own table, column, row and organization alone', () => {
  const secrets = createSecretBox([Buffer.alloc(32, 7)]);
  const place = { table: 'authenticator', column: 'sealed_seed', row: '1', organization: 'northwind' };
  const sealed = secrets.seal('seed', place);
  expect(secrets.open(sealed, place)).toBe('seed');
  for (const part of Object.keys(place)) {
    expect(() => secrets.open(sealed, { ...place, [part]: 'other' })).toThrow('cannot open');
  }
  for (const byte of [0, 5, sealed.length - 1]) {
    const bent = Buffer.from(sealed);
    bent[byte]! ^= 1;
    expect(() => secrets.open(bent, place)).toThrow('cannot open');
  }
});

test('an attacker’s own seed in the victim’s row logs nobody in', async () => {
  const root = await makeRoot(service);
  const victim = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator' });
  const attacker = await makePerson(service, root, 'eve@northwind.example');
  const { db } = service.database;
  const own = await db
    .selectFrom('authenticator')
    .select('sealedSeed')
    .where('userId', '=', attacker.userId)
    .where('kind', '=', 'totp')
    .executeTakeFirstOrThrow();
  await db
    .updateTable('authenticator')
    .set(own)
    .where('userId', '=', victim.userId)
    .where('kind', '=', 'totp')
    .execute();
  await using browser = openHttpBrowser();
  const address = await browser.open(`${service.url}/login/start`);
  const password = await browser.submit(address, { email: victim.email }, { button: 'Continue' });
  const factor = await browser.submit(password, { password: victim.password }, { button: 'Continue' });
  const code = await totpAt(attacker.seed, service.clock.now());
  const page = await browser.submit(factor, { code }, { button: 'Continue' });
  expect(page.text).not.toContain('Your applications');
  const sessions = await db.selectFrom('session').select('id').where('userId', '=', victim.userId).execute();
  expect(sessions).toEqual([]);
});
