import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { apiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import { makeApplication } from './fixtures.ts';
import { MALLORY, startHostileGround } from './hostile-organization.ts';
import type { HostileGround } from './hostile-organization.ts';
import { openHttpBrowser } from './http-browser.ts';
import type { HttpBrowser } from './http-browser.ts';
import type { Page } from './page.ts';
import { addApiToken } from './people.ts';
import { authorizeUrl, claimsOf, codeIn, redeem } from './relying-application.ts';
import type { RelyingApplication } from './relying-application.ts';
import { formatId } from '../../src/base/ids.ts';

/** An organization at a provider that says what it is told, and an application that is told of ended sessions. */
export interface LogoutGround extends HostileGround {
  /** As an administrator of the root. */
  api: ApiClient;
  /** Of the organization's authentication, in the API. */
  path: string;
  /** *Reports*: it registered an address after logout and one for logout tokens. */
  reports: RelyingApplication;
  afterLogout: string;
  /** What the application was told, as the claims of logout tokens. */
  told: Record<string, unknown>[];
  /** Nobody is logged in, nothing was told, and people are not sent to the provider to log out. */
  reset(): Promise<void>;
  /** Whether people who log out here are sent to the provider. */
  switchTo(atProvider: boolean): Promise<void>;
  /** A browser that stops at the application, and where else it is told to. */
  open(stopAt?: (url: URL) => boolean): HttpBrowser;
  /** Mallory in *Reports*: her tokens. */
  logIn(browser: HttpBrowser): Promise<Record<string, unknown>>;
  /** Logs out as the application asks for it. */
  logOut(browser: HttpBrowser): Promise<Page>;
  /** Live sessions. */
  live(): Promise<number>;
}

export const SID = 'the session of mallory there';

export async function startLogoutGround(settings: Record<string, string> = {}): Promise<LogoutGround> {
  const told: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      told.push(claimsOf(new URLSearchParams(body).get('logout_token') ?? undefined));
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ground = await startHostileGround({ settings });
  await ground.use('code');
  const { service, root, provider, organization } = ground;
  const { db } = service.database;
  const redirectUri = `${origin}/back`;
  const afterLogout = `${origin}/bye`;
  const { application, clientSecret } = await makeApplication(service, root, {
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [afterLogout],
    backchannelLogoutUri: `${origin}/logout`,
  });
  const reports = { clientId: application.clientId, clientSecret, redirectUri };
  const api = apiClient(service.url, await addApiToken({ db, clock: service.clock }, root, 'administrator'));
  const path = `/organizations/${formatId('org', organization.id)}/authentication`;
  const switchTo = async (atProvider: boolean): Promise<void> => {
    const { version } = (await api.get(path)).body.connection;
    const answer = await api.send('PUT', `${path}/logout`, { atProvider, version });
    expect(answer.body).toMatchObject({ connection: { logout: { atProvider } } });
  };
  return {
    ...ground,
    api,
    path,
    reports,
    afterLogout,
    told,
    switchTo,
    async reset() {
      told.length = 0;
      provider.setFaults({});
      provider.received.length = 0;
      provider.person = { sub: 'h-1', email: MALLORY, email_verified: true, sid: SID };
      await db.deleteFrom('session').execute();
      await db.deleteFrom('rateLimit').execute();
      await db.deleteFrom('job').where('kind', '=', 'logout-notice').execute();
      await switchTo(false);
    },
    open: (stopAt = () => false) =>
      openHttpBrowser({
        stopAt: (url) => url.href.startsWith(redirectUri) || url.href.startsWith(afterLogout) || stopAt(url),
      }),
    async logIn(browser) {
      const asked = await browser.open(authorizeUrl(service, reports));
      const back = await browser.submit(asked, { email: MALLORY }, { button: 'Continue' });
      const tokens = await redeem(service, reports, codeIn(back, reports));
      expect(tokens.status).toBe(200);
      return tokens.body;
    },
    async logOut(browser) {
      const url = new URL('/logout', service.url);
      const asked = { client_id: reports.clientId, post_logout_redirect_uri: afterLogout, state: 'of the app' };
      url.search = new URLSearchParams(asked).toString();
      return browser.submit(await browser.open(url), {}, { button: 'Log out' });
    },
    async live() {
      return (await db.selectFrom('session').select('id').where('userId', 'is not', null).execute()).length;
    },
    async [Symbol.asyncDispose]() {
      await ground[Symbol.asyncDispose]();
      server.close();
    },
  };
}
