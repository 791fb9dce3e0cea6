import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { freePort, loopback } from '../../demo/free-port.ts';
import { createApiClient } from '../../demo/gatehouse/api-client.ts';
import type { ApiClient } from '../../demo/gatehouse/api-client.ts';
import { acceptSetup } from '../../demo/gatehouse/first-administrator.ts';
import { consoleToken } from '../../demo/gatehouse/api-client.ts';
import { startGatehouse } from '../../demo/gatehouse/service-process.ts';
import { launchChromium } from '../../test/support/chromium.ts';
import { openHttpBrowser } from '../../test/support/http-browser.ts';
import { startMailbox } from '../../test/support/mailbox.ts';
import type { Mailbox } from '../../test/support/mailbox.ts';

/** Gatehouse as an operator runs it, its mailbox, and a browser. */
export interface Stage extends AsyncDisposable {
  url: string;
  api: ApiClient;
  mailbox: Mailbox;
  browser: Browser;
  /** For what programs write; goes with the stage. */
  folder: string;
}

/** Starts everything; what was started is ended when something fails. */
export async function setStage(): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-peers-'));
  stack.defer(async () => rm(folder, { recursive: true, force: true }));
  const mailbox = stack.use(await startMailbox());
  // Another site than the programs', and a literal address: some take no other over http (RFC 8252 8.3).
  const other = '127.0.0.2';
  const host = (await loopback(other)) === other ? other : 'localhost';
  const port = await freePort({ host });
  const service = stack.use(
    await startGatehouse({
      logFile: join(folder, 'gatehouse.log'),
      settings: {
        HOST: host,
        PORT: String(port),
        GATEHOUSE_URL: `http://${host}:${port}`,
        GATEHOUSE_DATA: join(folder, 'data'),
        GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.0/8',
        SMTP_URL: mailbox.url,
        MAIL_FROM: 'Gatehouse <no-reply@northwind.example>',
      },
    }),
  );
  const api = createApiClient(service.url, await tokenOfAnAdministrator(service.url, service.setupUrl ?? '', service));
  const browser = await launchChromium();
  stack.defer(async () => browser.close());
  const all = stack.move();
  return { url: service.url, api, mailbox, browser, folder, [Symbol.asyncDispose]: async () => all.disposeAsync() };
}

/** Sets Northwind up, and makes a token that lasts longer than the console's. */
async function tokenOfAnAdministrator(
  url: string,
  setupUrl: string,
  service: { command(...words: string[]): Promise<Readonly<Record<string, unknown>>> },
): Promise<string> {
  await using browser = openHttpBrowser({ stopAt: ({ pathname }) => pathname === '/console/callback' });
  const person = { organization: 'Northwind', email: 'anna@northwind.example', password: 'a calm harbour at dawn' };
  await acceptSetup(browser, setupUrl, person);
  const { organization } = await createApiClient(url, await consoleToken(browser, url)).call('getMe');
  const made = await service.command('token', 'create', '--organization', organization.id, '--role', 'administrator');
  return String(made['token']);
}
