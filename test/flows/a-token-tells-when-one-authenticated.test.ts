import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { callbacksOf, configure } from '../support/federation.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { addUser } from '../support/people.ts';
import { authorizeUrl, claimsOf, codeFor, codeIn, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication, TokenAnswer } from '../support/relying-application.ts';
import { startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

const DIRECTORIES = ['2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11', '5e0f3a52-64a1-4a53-8a5e-0b8f0a1c7d22'] as const;
const CLIENTS = ['7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21', '8a2d3b0f-63e5-4b1f-8e1d-4c7a6a2a9b32'] as const;
const lena = { oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e01', upn: 'lena@fabrikam.example', name: 'Lena' };
const kim = { oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e02', upn: 'kim@fabrikam-trading.example', name: 'Kim' };
const password = 'pw-of-both';

let fabrikam: Fabrikam;
let service: TestService;
let root: Organization;
let application: RelyingApplication;

beforeAll(async () => {
  fabrikam = await startFabrikam({
    directories: [
      { id: DIRECTORIES[0], name: 'Fabrikam', domains: ['fabrikam.example'] },
      { id: DIRECTORIES[1], name: 'Fabrikam Trading', domains: ['fabrikam-trading.example'] },
    ],
    users: [
      { ...lena, password, directory: DIRECTORIES[0] },
      { ...kim, password, directory: DIRECTORIES[1] },
    ],
  });
  service = await startService({ settings: { GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin } });
  root = await makeRoot(service);
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { name: 'Reports', redirectUris: [redirectUri] });
  application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
});
afterAll(async () => {
  await service?.close();
  await fabrikam?.stop();
});

const openBrowser = (): HttpBrowser =>
  openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });

/** An organization of Entra ID, whose app registration adds `auth_time` to ID tokens or does not, as Microsoft's default. */
async function organizationOf(
  which: 0 | 1,
  name: string,
  optionalClaims: 'auth_time'[],
  address: string,
): Promise<void> {
  const organization = await makeManaged(service, root, name);
  const [clientId, directory] = [CLIENTS[which], DIRECTORIES[which]];
  const redirectUris = [{ uri: callbacksOf(service, organization).shared }];
  await fabrikam.addApps({ clientId, directory, idTokens: true, redirectUris, optionalClaims });
  const deps = { db: service.database.db, clock: service.clock };
  await addUser(deps, organization, address, { status: 'pending' });
  await configure(service, organization, { method: 'entra-id', clientId, directoryId: directory, credential: 'none' });
}

async function enter(browser: HttpBrowser, upn: string): Promise<TokenAnswer> {
  const asked = await browser.open(authorizeUrl(service, application));
  const away = await browser.submit(asked, { email: upn }, { button: 'Continue' });
  const back = await browser.submit(away, { loginfmt: upn, passwd: password }, { button: 'Sign in' });
  return redeem(service, application, codeIn(back, application));
}

const claimsIn = (answer: TokenAnswer): Record<string, unknown> => claimsOf(answer.body.id_token);

test('after a login with password and one-time code it is when the last of them was proved', async () => {
  const maria = await makePerson(service, root, 'maria@northwind.example');
  await using browser = openBrowser();
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), maria);
  const { auth_time: at } = claimsIn(await redeem(service, application, await codeFor(browser, service, application)));
  expect(Math.abs(Number(at) - service.clock.now().getTime() / 1000)).toBeLessThan(60);
  // Fresh enough: nothing is asked.
  expect(await codeFor(browser, service, application, { max_age: '3600' })).toBeTruthy();
});

test('an identity provider that states none has none invented, at no time of the session', async () => {
  await organizationOf(0, 'Fabrikam', [], lena.upn);
  await using browser = openBrowser();
  const first = await enter(browser, lena.upn);
  expect(first.status).toBe(200);
  const silent = await redeem(service, application, await codeFor(browser, service, application));
  const renewed = await refresh(service, application, String(first.body.refresh_token));
  for (const answer of [first, silent, renewed]) expect(claimsIn(answer)).not.toHaveProperty('auth_time');
});

test('one that states it is believed', async () => {
  await organizationOf(1, 'Fabrikam Trading', ['auth_time'], kim.upn);
  await using browser = openBrowser();
  const first = await enter(browser, kim.upn);
  expect(claimsIn(first)).toMatchObject({ auth_time: expect.any(Number) });
});
