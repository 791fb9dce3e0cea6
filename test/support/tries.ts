import { createHash } from 'node:crypto';
import { formatId } from '../../src/base/ids.ts';
import type { Application } from '../../src/applications/application.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import type { HttpBrowser } from './http-browser.ts';
import { authorizeUrl, VERIFIER } from './relying-application.ts';
import type { RelyingApplication } from './relying-application.ts';
import type { TestService } from './start-service.ts';

/** The client by which an application is tried, driven by hand. */
export function tryClientFor(service: TestService, application: Pick<Application, 'clientId'>): RelyingApplication {
  return {
    clientId: `try.${application.clientId}`,
    clientSecret: null,
    redirectUri: `${service.url}/console/tried`,
  };
}

/** Asks the API to begin a try, as the console does. */
export async function askToTry(
  api: ApiClient,
  application: Pick<Application, 'id' | 'organizationId'>,
  codeChallenge = createHash('sha256').update(VERIFIER).digest('base64url'),
): Promise<ApiAnswer> {
  const path = `/organizations/${formatId('org', application.organizationId)}/applications`;
  return api.send('POST', `${path}/${formatId('app', application.id)}/try`, { codeChallenge });
}

/** Sends a browser with a ticket, or without one; the query with which it came back. */
export async function sendTo(
  browser: HttpBrowser,
  service: TestService,
  client: RelyingApplication,
  ticket: string | undefined,
  more: Record<string, string | undefined> = {},
): Promise<Record<string, string>> {
  const page = await browser.open(authorizeUrl(service, client, { try_ticket: ticket, ...more }));
  const back = page.stoppedAt ?? page.url;
  if (!back.href.startsWith(client.redirectUri)) return { page: page.title };
  return Object.fromEntries(back.searchParams);
}
