import { apiClient } from './api-client.ts';
import type { HttpBrowser } from './http-browser.ts';
import type { Page } from './page.ts';
import { VERIFIER, askForTokens, authorizeUrl, codeIn } from './relying-application.ts';
import type { RelyingApplication } from './relying-application.ts';
import type { TestService } from './start-service.ts';

/** The console's own authorization requests, by hand. */
export interface ConsoleLogin {
  application: RelyingApplication;
  /** Begins one; `{ prompt: 'login' }` asks for a fresh factor, as *Confirm now* does. */
  open(browser: HttpBrowser, more?: Record<string, string | undefined>): Promise<Page>;
  /** The API, as the person whose browser came back to the console. */
  api(page: Page): Promise<ReturnType<typeof apiClient>>;
}

export function consoleLogin(service: TestService): ConsoleLogin {
  const application = { clientId: 'console', clientSecret: null, redirectUri: `${service.url}/console/callback` };
  const resource = `${service.url}/api/v1`;
  return {
    application,
    open: async (browser, more = {}) =>
      browser.open(authorizeUrl(service, application, { scope: 'openid', resource, ...more })),
    async api(page) {
      const { status, body } = await askForTokens(service, application, {
        grant_type: 'authorization_code',
        code: codeIn(page, application),
        redirect_uri: application.redirectUri,
        code_verifier: VERIFIER,
        resource,
      });
      if (status !== 200) throw new Error(`the console got no token: ${JSON.stringify(body)}`);
      return apiClient(service.url, body.access_token);
    },
  };
}
