import * as client from 'openid-client';
import { fillForm, formOf, type Page } from './page.ts';

/** Where the proof's relying party is called back; nobody listens there, the browser stops before it. */
export const CALLBACK = 'https://localhost:3999/login/callback';

/**
 * openid-client by itself, as anybody would use it: proves that an identity provider is one, independent of our own
 * connectors. Plain http is allowed, because providers of tests listen on loopback.
 */
export function discover(issuer: string, clientId: string, secret?: string): Promise<client.Configuration> {
  return client.discovery(new URL(issuer), clientId, secret, undefined, {
    // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out; meant for loopback
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
}

/** The request a provider's form_post page would send, where the browser stopped before sending it. */
export function formPostRequest(page: Page): Request {
  if (page.stoppedAt === undefined) throw new Error(`no response for the callback on ${page.url.href}: ${page.text}`);
  return new Request(page.stoppedAt, { method: 'POST', body: fillForm(formOf(page), {}) });
}
