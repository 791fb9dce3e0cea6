import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { removeFactors } from '../../src/authenticators/enroll-authenticator.ts';
import { inTransaction } from '../../src/db/database.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { queryAs } from '../support/query.ts';
import { sendElsewhere } from '../support/stories.ts';
import { totpAt } from '../support/totp.ts';

// Lesson: rights that end while a login is under way must be read where the login ends, not where it began.

let service: TestService;
let root: Awaited<ReturnType<typeof makeRoot>>;
let contoso: Awaited<ReturnType<typeof makeManaged>>;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
});
afterAll(async () => service.close());

test.each(['disabled', 'pending', 'over'] as const)(
  'a user who is %s by the time the password is sent gets no further with it, nor with a session from before',
  async (what) => {
    const person = await makePerson(service, contoso, `${what}-meanwhile@contoso.example`);
    await using inside = openHttpBrowser();
    await logIn(inside, service, await inside.open(`${service.url}/login/start`), person);
    expect((await inside.open(`${service.url}/account`)).text).toContain(person.email);
    await using browser = openHttpBrowser();
    const address = await browser.open(`${service.url}/login/start`);
    const password = await browser.submit(address, { email: person.email }, { button: 'Continue' });
    await service.database.db
      .updateTable('appUser')
      .set(what === 'over' ? { accessUntil: service.clock.now() } : { status: what })
      .where('id', '=', person.userId)
      .execute();
    const page = await browser.submit(password, { password: person.password }, { button: 'Continue' });
    expect(page.html.querySelector('input[name=password]')).not.toBeNull();
    expect(page.html.querySelector('input[name=code]')).toBeNull();
    if (what !== 'pending') expect((await inside.open(`${service.url}/account`)).text).not.toContain('Make new codes');
  },
);

test('a disabled break-glass user of an address does not stand in the way of the one who may', async () => {
  const email = 'ada@contoso.example';
  const disabled = async (name: string): Promise<void> => {
    const { userId } = await makePerson(service, await makeManaged(service, root, name), email, { breakGlass: true });
    await service.database.db.updateTable('appUser').set({ status: 'disabled' }).where('id', '=', userId).execute();
  };
  await disabled('Fabrikam');
  const ada = await makePerson(service, contoso, email, { breakGlass: true });
  await disabled('Fabrikam Toys');
  await using browser = openHttpBrowser();
  const identify = await browser.submit(await browser.open(`${service.url}/login/emergency`), {}, { button: 'Log In' });
  expect((await logIn(browser, service, identify, ada)).text).toContain('Your applications');
});

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

test('a user whose access ends within the last request is not logged in by it', async () => {
  const person = await makePerson(service, contoso, 'within@contoso.example');
  const { db } = service.database;
  // The last thing before the login ends: the one-time code is marked as used.
  await queryAs(
    service.database.url,
    `create function end_access() returns trigger language plpgsql as $$ begin
       update app_user set access_until = created_at where id = new.user_id;
       return new;
     end $$;
     create trigger end_access after update of last_time_step on authenticator
       for each row execute function end_access()`,
  );
  await using browser = openHttpBrowser();
  const page = await logIn(browser, service, await browser.open(`${service.url}/login/start`), person);
  await queryAs(service.database.url, 'drop trigger end_access on authenticator');
  expect(page.text).not.toContain('Your applications');
  const { accessUntil } = await db
    .selectFrom('appUser')
    .select('accessUntil')
    .where('id', '=', person.userId)
    .executeTakeFirstOrThrow();
  expect(accessUntil).not.toBeNull();
  expect(await db.selectFrom('session').select('id').where('userId', '=', person.userId).execute()).toEqual([]);
  const kinds = await db.selectFrom('auditEvent').select('kind').where('userId', '=', person.userId).execute();
  expect(kinds).not.toContainEqual({ kind: 'login.finished' });
});

test('a link to a suspended organization leads to no identity provider', async () => {
  const litware = await makeManaged(service, root, 'Litware');
  await sendElsewhere(service, litware);
  const link = `${service.url}/login/o/${formatId('org', litware.id)}`;
  await using browser = openHttpBrowser();
  const provider = 'login.contoso.example';
  expect((await browser.open(link)).text).toContain(`You will log in to Litware at ${provider}.`);
  const { db } = service.database;
  await db.updateTable('organization').set({ suspendedAt: service.clock.now() }).where('id', '=', litware.id).execute();
  await using other = openHttpBrowser();
  const page = await other.open(link);
  expect(page.text).not.toContain(provider);
  expect(page.html.querySelector('input[name=email]')).not.toBeNull();
});

test('a user disabled before the first factor is enrolled enrols none, and keeps no recovery codes', async () => {
  const person = await makePerson(service, contoso, 'enrols@contoso.example');
  const { db } = service.database;
  await inTransaction({ db, clock: service.clock }, async (deps) => removeFactors(deps, person));
  await using browser = openHttpBrowser();
  const address = await browser.open(`${service.url}/login/start`);
  const password = await browser.submit(address, { email: person.email }, { button: 'Continue' });
  const safe = await browser.submit(password, { password: person.password }, { button: 'Continue' });
  const app = await browser.submit(safe, {}, { form: 'form.choices', forged: { choose: 'otp' } });
  const seed = app.html.querySelector('#seed')?.text.trim() ?? '';
  await db.updateTable('appUser').set({ status: 'disabled' }).where('id', '=', person.userId).execute();
  const code = await totpAt(seed, service.clock.now());
  const page = await browser.submit(app, { code }, { button: 'Continue' });
  expect(page.title).toContain('You could not be logged in');
  const kinds = await db.selectFrom('authenticator').select('kind').where('userId', '=', person.userId).execute();
  expect(kinds).toEqual([{ kind: 'password' }]);
});
