import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';

// Lesson: rights that end while a login is under way must be read where the login ends, not where it began.

let service: TestService;
let contoso: Awaited<ReturnType<typeof makeManaged>>;

beforeAll(async () => {
  service = await startService();
  contoso = await makeManaged(service, await makeRoot(service), 'Contoso');
});
afterAll(async () => service.close());

const nothingHappens = async (): Promise<void> => {};

test.each([
  [
    'disabled',
    async (userId: string) =>
      service.database.db
        .updateTable('appUser')
        .set({ status: 'disabled' })
        .where('id', '=', userId as never)
        .execute(),
  ],
  [
    'at the end of their access',
    async (userId: string) =>
      service.database.db
        .updateTable('appUser')
        .set({ accessUntil: service.clock.now() })
        .where('id', '=', userId as never)
        .execute(),
  ],
  [
    'of a suspended organization',
    async () =>
      service.database.db
        .updateTable('organization')
        .set({ suspendedAt: service.clock.now() })
        .where('id', '=', contoso.id)
        .execute(),
  ],
  ['untouched', nothingHappens],
] as const)('a user %s before the last step is logged in only when nothing happened', async (what, happen) => {
  const person = await makePerson(service, contoso, `${what.replaceAll(' ', '-')}@contoso.example`);
  await service.database.db.updateTable('organization').set({ suspendedAt: null }).execute();
  await using browser = openHttpBrowser();
  const address = await browser.open(`${service.url}/login/start`);
  const password = await browser.submit(address, { email: person.email }, { button: 'Continue' });
  const factor = await browser.submit(password, { password: person.password }, { button: 'Continue' });
  await happen(person.userId);
  service.clock.advance(30);
  const code = await totpAt(person.seed, service.clock.now());
  const page = await browser.submit(factor, { code }, { button: 'Continue' });
  const sessions = await service.database.db
    .selectFrom('session')
    .select('id')
    .where('userId', '=', person.userId)
    .execute();
  const inside = page.text.includes('Your applications');
  await service.database.db.updateTable('organization').set({ suspendedAt: null }).execute();
  expect({ inside, sessions: sessions.length }).toEqual(
    what === 'untouched' ? { inside: true, sessions: 1 } : { inside: false, sessions: 0 },
  );
});
