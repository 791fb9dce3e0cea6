import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { registrations } from './plans/registrations.ts';
import { APPLICATIONS, CALLBACK, startProviderGround } from './provider-ground.ts';
import type { ProviderGround, SuiteApplication } from './provider-ground.ts';

/** An application that registered where people go after a logout, and where it is told of one. */
export interface LogoutGround extends AsyncDisposable {
  provider: ProviderGround;
  application: SuiteApplication;
  afterLogout: string;
  /** The forms that came to the application's back-channel logout address. */
  told: URLSearchParams[];
  /** Somebody logs in; the ID token and its claims. */
  logIn(browser: HttpBrowser): Promise<{ idToken: string; claims: Record<string, unknown> }>;
  /** Sends the person to the end session endpoint, and presses *Log out* where a page asks. */
  logOut(browser: HttpBrowser, parameters: Record<string, string>): Promise<{ asked: Page; after: Page }>;
  /** Whether a request with prompt=none finds a session. */
  isLoggedIn(browser: HttpBrowser): Promise<boolean>;
}

export const AFTER_LOGOUT = new URL('post_logout_redirect', CALLBACK).href;

export async function startLogoutGround(): Promise<LogoutGround> {
  const told: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      expect([request.method, request.url]).toEqual(['POST', '/backchannel_logout']);
      expect(request.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
      told.push(new URLSearchParams(body));
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const provider = await startProviderGround();
  const { port } = server.address() as AddressInfo;
  const application = await provider.register({
    ...registrations(APPLICATIONS).client,
    backchannelLogoutUri: `http://127.0.0.1:${port}/backchannel_logout`,
  });
  return {
    provider,
    application,
    afterLogout: AFTER_LOGOUT,
    told,
    async logIn(browser) {
      const answer = await provider.authorize(browser, {}, application);
      const tokens = await provider.redeem(answer.get('code'), application);
      const { claims } = await provider.readIdToken(tokens['id_token'], application);
      return { idToken: String(tokens['id_token']), claims };
    },
    async logOut(browser, parameters) {
      const url = new URL(String(provider.metadata['end_session_endpoint']));
      url.search = new URLSearchParams(parameters).toString();
      const asked = await browser.open(url);
      const buttons = asked.html.querySelectorAll('button').map((button) => button.text.trim());
      const after = buttons.includes('Log out') ? await browser.submit(asked, {}, { button: 'Log out' }) : asked;
      return { asked, after };
    },
    async isLoggedIn(browser) {
      const page = await browser.open(provider.request(application, { prompt: 'none' }));
      const answer = provider.answerOn(page);
      if (answer.has('code')) return true;
      expect(answer.get('error')).toBe('login_required');
      return false;
    },
    async [Symbol.asyncDispose]() {
      await provider[Symbol.asyncDispose]();
      server.close();
    },
  };
}
