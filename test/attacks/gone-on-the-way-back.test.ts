import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UserId } from '../../src/base/ids.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import { queryAs } from '../support/query.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: who ended between the last step of a login and the request that brings it back to the application is nobody there,
// and the answer is a refusal, not a fault of the service.

let service: TestService;
let contoso: Awaited<ReturnType<typeof makeManaged>>;
let application: { clientId: string; clientSecret: string | null; redirectUri: string };

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  const redirectUri = 'https://app.example/back';
  const made = await makeApplication(service, root, { redirectUris: [redirectUri] });
  application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
});
afterAll(async () => service.close());

const ENDS: readonly (readonly [string, (userId: UserId) => Promise<unknown>])[] = [
  ['disabled', async (id) => users().set({ status: 'disabled' }).where('id', '=', id).execute()],
  [
    'at the end of their access',
    async (id) => users().set({ accessUntil: service.clock.now() }).where('id', '=', id).execute(),
  ],
  ['removed', async (id) => service.database.db.deleteFrom('appUser').where('id', '=', id).execute()],
  ['of a suspended organization', async () => suspend(service.clock.now())],
];
const users = () => service.database.db.updateTable('appUser');
const suspend = async (suspendedAt: Date | null): Promise<unknown> =>
  service.database.db.updateTable('organization').set({ suspendedAt }).where('id', '=', contoso.id).execute();

test.each(ENDS)('a user %s on the way back to the application is refused there', async (what, end) => {
  const person = await makePerson(service, contoso, `${what.replaceAll(' ', '-')}@contoso.example`);
  let isEnded = false;
  await using browser = openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: (url) => url.host === 'app.example' || (!isEnded && url.pathname.startsWith('/oauth2/authorize/')),
  });
  const { stoppedAt } = await logIn(browser, service, await browser.open(authorizeUrl(service, application)), person);
  await end(person.userId);
  isEnded = true;
  const page = await browser.open(stoppedAt!);
  await suspend(null);
  expect(page.stoppedAt?.searchParams.get('error')).toBe('access_denied');
  expect(page.stoppedAt?.searchParams.get('code')).toBeNull();
  const { db } = service.database;
  expect(await db.selectFrom('session').select('userId').where('userId', '=', person.userId).execute()).toEqual([]);
  await users().set({ status: 'verified', accessUntil: null }).where('id', '=', person.userId).execute();
  expect((await browser.open(authorizeUrl(service, application))).title).toContain('Log in');
});

test('a session whose row names another user than the library knows is nobody’s', async () => {
  const person = await makePerson(service, contoso, 'moved@contoso.example');
  await using browser = openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: ({ host }) => host === 'app.example',
  });
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), person);
  const known = await browser.open(authorizeUrl(service, application));
  expect(known.stoppedAt?.searchParams.get('code')).not.toBeNull();
  for (const accountId of [undefined, 'usr_aaaaaaaaaaaaaaaaaaaaaaaaaa']) {
    await service.database.db
      .updateTable('session')
      .set({ userId: null })
      .where('userId', '=', person.userId)
      .execute();
    if (accountId !== undefined) {
      await queryAs(
        service.database.open.ownerUrl,
        `update session set payload = payload || '{"accountId":"${accountId}"}'`,
      );
    }
    const page = await browser.open(authorizeUrl(service, application));
    expect([page.status, page.title]).toEqual([200, expect.stringContaining('Log in')]);
  }
});
