import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Application } from '../../src/applications/application.ts';
import { allow, makeApiResource, ORDERS } from '../support/api-resources.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let browser: HttpBrowser;
let shop: RelyingApplication & { application: Application };
let partner: RelyingApplication;
let television: Application;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const maria = await makePerson(service, root, 'maria@northwind.example');
  const orders = await makeApiResource(service, root);
  const redirectUri = 'http://127.0.0.1:9025/back';
  const register = async (name: string, firstParty: boolean) => {
    const made = await makeApplication(service, root, { name, firstParty, redirectUris: [redirectUri] });
    await allow(service, root, made.application, orders, ['orders:read']);
    return { ...made, clientId: made.application.clientId, redirectUri };
  };
  shop = await register('Shop', true);
  partner = await register('Partner', false);
  const device = { name: 'Television', kind: 'native', deviceLogin: true, redirectUris: [] } as const;
  television = (await makeApplication(service, root, { ...device, redirectUris: [] })).application;
  await allow(service, root, television, orders, ['orders:read']);
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9025' });
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), maria);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
});

const failuresOf = async ({ id }: Pick<Application, 'id'>) =>
  service.database.db.selectFrom('applicationFailure').select('cause').where('applicationId', '=', id).execute();

test.each([undefined, 'orders:write', 'unknown'])(
  'for an API, with the scope %s: the application is told at once, the person is asked nothing',
  async (scope) => {
    for (const application of [shop, partner]) {
      const page = await browser.open(authorizeUrl(service, application, { scope, resource: ORDERS }));
      expect(page.stoppedAt?.searchParams.get('error')).toBe('invalid_scope');
    }
  },
);

test('what an application may ask for is enough', async () => {
  for (const scope of ['orders:read', 'openid', 'openid orders:write']) {
    const page = await browser.open(authorizeUrl(service, shop, { scope, resource: ORDERS }));
    expect([scope, page.stoppedAt?.searchParams.get('code')]).toEqual([scope, expect.any(String)]);
  }
});

test.each([{}, { scope: 'orders:read' }, { resource: ORDERS }, { scope: 'orders:write', resource: ORDERS }])(
  'a device that asks for %o is told at once: no code that a person would enter in vain',
  async (form) => {
    const body = new URLSearchParams({ client_id: television.clientId, ...(form as Record<string, string>) });
    const answer = await fetch(`${service.url}/oauth2/device`, { method: 'POST', body });
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_scope' })]);
  },
);

test('it stands among the failures of the application', async () => {
  expect((await failuresOf(shop.application)).length).toBeGreaterThan(0);
  expect((await failuresOf(television)).length).toBeGreaterThan(0);
});
