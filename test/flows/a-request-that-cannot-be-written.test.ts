import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeFor, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let application: RelyingApplication;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { redirectUris: [redirectUri] });
  application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
});
afterAll(async () => {
  await service?.close();
});

/** While a table is not there, as while a database is out of reach. */
async function without<T>(table: string, work: () => Promise<T>): Promise<T> {
  const rename = async (from: string, to: string): Promise<unknown> =>
    service.database.open.migrating(async (db) => sql`alter table ${sql.id(from)} rename to ${sql.id(to)}`.execute(db));
  await rename(table, `${table}_away`);
  try {
    return await work();
  } finally {
    await rename(`${table}_away`, table);
  }
}

test('is told to a person by a page and to a program in its form, leads nowhere, and can be made again', async () => {
  await using browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
  const root = await service.database.db.selectFrom('organization').select('id').executeTakeFirstOrThrow();
  const noor = await makePerson(service, root, 'noor@northwind.example');
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), noor);

  const page = await without('oidc_code', async () => browser.open(authorizeUrl(service, application)));
  expect([page.status, page.stoppedAt]).toEqual([503, undefined]);
  expect(page.text).toMatch(/Try again in a minute.*Reference [A-Z0-9]{8}/s);

  const code = await codeFor(browser, service, application);
  const refused = await without('oidc_access_token', async () => redeem(service, application, code));
  expect([refused.status, refused.body.error]).toEqual([503, 'temporarily_unavailable']);
  expect((await redeem(service, application, code)).status).toBe(200);
});
