import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeTestCertificates } from '../support/certificates.ts';
import { callbacksOf, configure } from '../support/federation.ts';
import { makeApplication, makeManaged, makeRoot } from '../support/fixtures.ts';
import { addApiToken, addUser, org } from '../support/people.ts';
import { registrationOf, startApplication } from '../support/start-application.ts';
import type { ApplicationProcess } from '../support/start-application.ts';
import { startBehindTls, startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { freePort } from '../../demo/free-port.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { giveAddress, setStage } from './stage.ts';
import type { Stage } from './stage.ts';

// Gatehouse on https://localhost, the stand-in for Entra ID on https://127.0.0.2, Reports on a third site.
const DIRECTORY = randomUUID();
const CLIENT = randomUUID();
const SECRET = { id: randomUUID(), value: 'the-value' };
const PAT = {
  oid: randomUUID(),
  directory: DIRECTORY,
  upn: 'pat@fabrikam.example',
  name: 'Pat',
  password: 'at-fabrikam',
};
const LOGOUT_THERE = `/${DIRECTORY}/oauth2/v2.0/logout`;

let stage: Stage;
let microsoft: Fabrikam;
let reports: ApplicationProcess;
let fabrikam: Organization;
let api: ApiClient;

beforeAll(async () => {
  const certificates = await makeTestCertificates();
  microsoft = await startBehindTls(certificates, (origin) =>
    startFabrikam({ origin, directories: [{ id: DIRECTORY, name: 'Fabrikam' }], users: [PAT] }),
  );
  stage = await setStage({ certificates, entraAuthority: microsoft.issuer });
  const { service } = stage;
  const ground = { db: service.database.db, clock: service.clock };
  const root = await makeRoot(service);
  fabrikam = await makeManaged(service, root, 'Fabrikam');
  await addUser(ground, fabrikam, PAT.upn);

  const port = await freePort();
  const made = await makeApplication(service, root, registrationOf(`http://127.0.0.1:${port}`));
  const registered = { clientId: made.application.clientId, clientSecret: made.clientSecret ?? '' };
  reports = await startApplication(
    { name: 'Reports', port, issuer: service.url, ...registered },
    { NODE_EXTRA_CA_CERTS: certificates.caFile },
  );

  const { own } = callbacksOf(service, fabrikam);
  await microsoft.addApps({
    clientId: CLIENT,
    directory: DIRECTORY,
    redirectUris: [{ uri: own }, { uri: `${service.url}/logout/done` }],
    secrets: [SECRET],
    optionalClaims: ['sid', 'login_hint'],
    frontChannelLogoutUrl: `${service.url}/logout/frontchannel`,
  });
  await configure(service, fabrikam, {
    method: 'entra-id',
    clientId: CLIENT,
    directoryId: DIRECTORY,
    credential: 'secret',
    clientSecret: SECRET.value,
  });
  api = apiClient(service.url, await addApiToken(ground, root, 'administrator'));
});
afterAll(async () => {
  await reports?.stop();
  await stage?.[Symbol.asyncDispose]();
  await microsoft?.stop();
});
beforeEach(async () => {
  await microsoft.endSessions();
  await microsoft.forget();
});

/** *Authentication → Logout*: whether people who log out here are sent there. */
async function atProvider(asked: boolean): Promise<void> {
  const path = `/organizations/${org(fabrikam)}/authentication`;
  const { version } = (await api.get(path)).body.connection;
  expect((await api.send('PUT', `${path}/logout`, { atProvider: asked, version })).status).toBe(200);
}

/** Pat in Reports, from a browser that knows nobody. */
async function logIn(page: Page): Promise<void> {
  await page.goto(`${reports.url}/work`);
  await giveAddress(page, PAT.upn);
  await page.locator('input[name=loginfmt]').fill(PAT.upn);
  await page.locator('input[name=passwd]').fill(PAT.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Your work' }).waitFor();
}

async function liveSessions(): Promise<number> {
  const { db } = stage.service.database;
  return (await db.selectFrom('session').select('id').where('organizationId', '=', fabrikam.id).execute()).length;
}

/** Reports is told by a job, a moment after; from then on its page asks for a login. */
async function expectLoggedOutOfReports(page: Page): Promise<void> {
  await expect
    .poll(async () => {
      await page.goto(`${reports.url}/work`);
      return page.url().startsWith(reports.url);
    })
    .toBe(false);
  await page.getByLabel('Email address').waitFor();
}

it.each([
  ['takes', false],
  ['blocks', true],
])(
  'who logs out at the provider is logged out here by an iframe of its page, where the browser %s third-party cookies',
  async (_, blocks) => {
    await atProvider(false);
    const pat = await stage.person();
    const devtools = await pat.context().newCDPSession(pat);
    await devtools.send('Network.enable');
    await devtools.send('Network.setCookieControls', { enableThirdPartyCookieRestriction: blocks });
    await logIn(pat);
    expect(await liveSessions()).toBe(1);

    await pat.goto(`${microsoft.issuer}${LOGOUT_THERE}`);
    const told = pat.waitForResponse((answer) => answer.url().includes('/logout/frontchannel'));
    await pat.getByRole('button', { name: PAT.upn }).click();
    const answer = await told;
    expect(new URL(answer.url()).origin).toBe(stage.service.url);
    expect(answer.status()).toBe(200);
    // Nothing hangs on a cookie: the session's does not arrive in a frame of another site, and none is set there.
    const { cookie = '' } = await answer.request().allHeaders();
    expect(cookie).not.toContain('session');
    if (blocks) expect(cookie).toBe('');
    expect((await answer.allHeaders())['set-cookie']).toBeUndefined();
    await pat.getByRole('heading', { name: 'You signed out of your account' }).waitFor();
    // The page was framed indeed: a refused frame has no document of ours.
    const frame = pat.frames().find((one) => one.url().includes('/logout/frontchannel'));
    expect(await frame?.title()).toBe('Logout');
    await expect.poll(liveSessions).toBe(0);
    await expectLoggedOutOfReports(pat);
  },
);

it('who logs out in an application is logged out at the provider, too, and comes back to the application', async () => {
  await atProvider(true);
  const pat = await stage.person();
  await logIn(pat);
  await pat.goto(reports.url);
  await pat.getByRole('button', { name: 'Log Out' }).click();
  await pat.getByRole('button', { name: 'Log out' }).click();
  await pat.getByRole('heading', { name: 'You are logged out' }).waitFor();
  expect(pat.url()).toBe(`${reports.url}/logged-out`);
  expect(await liveSessions()).toBe(0);

  // It was asked with the hint of that login, so that nobody had to pick an account.
  const asked = (await microsoft.journal()).filter(({ path }) => path === LOGOUT_THERE);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.query).toMatchObject({
    logout_hint: Buffer.from(`O.${PAT.upn}`).toString('base64url'),
    post_logout_redirect_uri: `${stage.service.url}/logout/done`,
  });

  // Nobody is logged in over there any more: it asks for the password.
  await pat.goto(`${reports.url}/work`);
  await giveAddress(pat, PAT.upn);
  await pat.locator('input[name=passwd]').waitFor();
});
