import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHttpBrowser } from '../test/support/http-browser.ts';
import { freePort, loopback } from './free-port.ts';
import { consoleToken, createApiClient, type ApiClient } from './gatehouse/api-client.ts';
import { acceptSetup, type Administrator } from './gatehouse/first-administrator.ts';
import { addOrganization, chooseMethod, invite, registerApplication } from './gatehouse/seed.ts';
import { startGatehouse, type ServiceProcess } from './gatehouse/service-process.ts';
import { startProgram, type Program } from './start-program.ts';
import { madeUpSecret, REPORTS, STORY, TICKETS } from './story.ts';

/** Everything that runs, and what a person needs to know to use it. */
export interface Stage {
  url: string;
  administrator: Administrator;
  reports: string;
  tickets: string;
  mailbox: string;
  contoso: string;
  fabrikam: string;
  logFile: string;
  /** Settles when one of the programs has ended by itself, with its name. */
  lost: Promise<string>;
  /** Ends everything and removes the data folder. */
  stop(): Promise<void>;
}

/** Ports that are easy to remember, while they are free. */
export const PORTS = { gatehouse: 3000, reports: 3001, tickets: 3002, mailbox: 3003, contoso: 3004, fabrikam: 3005 };

/**
 * Starts and seeds the whole story. What was started is ended when something fails.
 * @param ports preferred ones; without, and where somebody else has them, free ones are taken
 */
export async function setStage(
  say: (what: string) => void,
  ports: Readonly<Partial<typeof PORTS>> = {},
): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-demo-'));
  stack.defer(async () => rm(folder, { recursive: true, force: true }));
  const ended: Promise<string>[] = [];
  const run = async (name: string, file: string, configuration: object): Promise<Program> => {
    const program = stack.use(await startProgram(file, configuration));
    ended.push(program.ended.then(() => name));
    return program;
  };

  say('Starting the mailbox and two identity providers');
  const mailbox = await run('the mailbox', 'demo/mailbox/mailbox.ts', {
    port: await freePort({ preferred: ports.mailbox }),
  });
  const [contosoHost, fabrikamHost] = [await loopback('127.0.0.3'), await loopback('127.0.0.4')];
  const contoso = await run('Contoso', 'demo/providers/contoso.ts', {
    host: contosoHost,
    port: await freePort({ host: contosoHost, preferred: ports.contoso }),
    showsPeople: true,
    users: STORY.contoso.people,
  });
  const fabrikam = await run('Fabrikam', 'demo/providers/fabrikam.ts', {
    host: fabrikamHost,
    port: await freePort({ host: fabrikamHost, preferred: ports.fabrikam }),
    showsPeople: true,
    directories: [{ id: STORY.fabrikam.directory, name: 'Fabrikam', domains: [STORY.fabrikam.domain] }],
    users: STORY.fabrikam.people.map((person) => ({
      ...person,
      directory: STORY.fabrikam.directory,
      mail: person.upn,
    })),
  });

  say('Starting Gatehouse with a fresh database');
  const logFile = join(folder, 'gatehouse.log');
  const service = stack.use(
    await startGatehouse({
      logFile,
      settings: {
        PORT: String(await freePort({ preferred: ports.gatehouse })),
        GATEHOUSE_DATA: join(folder, 'data'),
        GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.0/8,127.0.0.1,127.0.0.2,127.0.0.3',
        GATEHOUSE_ENTRA_AUTHORITY: String(fabrikam.ready['origin']),
        SMTP_URL: String(mailbox.ready['smtp']),
        MAIL_FROM: `${STORY.msp} <no-reply@northwind.example>`,
      },
    }),
  );
  ended.push(service.ended.then(() => 'Gatehouse'));

  say(`Setting up ${STORY.msp}, as the setup link leads`);
  const { administrator, api } = await setUp(service);
  const { organization: root } = await api.call('getMe');

  say('Registering Reports and Tickets');
  const reports = { port: await freePort({ preferred: ports.reports }) };
  const tickets = { port: await freePort({ preferred: ports.tickets }) };
  const addressOf = ({ port }: { port: number }): string => `http://127.0.0.1:${port}`;
  for (const [application, where, other, otherWhere] of [
    [REPORTS, reports, TICKETS, tickets],
    [TICKETS, tickets, REPORTS, reports],
  ] as const) {
    const url = addressOf(where);
    const registered = await registerApplication(api, root.id, {
      name: application.name,
      redirectUris: [`${url}/callback`],
      postLogoutRedirectUris: [`${url}/logged-out`],
      initiateLoginUri: `${url}/login`,
      backchannelLogoutUri: `${url}/backchannel-logout`,
    });
    await run(application.name, 'demo/applications/application.ts', {
      ...application,
      ...where,
      ...registered,
      issuer: service.url,
      other: { name: other.name, url: `${addressOf(otherWhere)}/work` },
    });
  }

  say('Connecting Contoso (OpenID Connect) and Fabrikam (Entra ID), inviting their people');
  await connectContoso(api, contoso);
  await connectFabrikam(api, fabrikam);
  await invite(api, root.id, STORY.builtIn);

  const all = stack.move();
  return {
    url: service.url,
    administrator,
    reports: addressOf(reports),
    tickets: addressOf(tickets),
    mailbox: String(mailbox.ready['url']),
    contoso: String(contoso.ready['origin']),
    fabrikam: String(fabrikam.ready['origin']),
    logFile,
    lost: Promise.race(ended),
    stop: async () => all.disposeAsync(),
  };
}

async function setUp({
  url,
  setupUrl = '',
}: ServiceProcess): Promise<{ administrator: Administrator; api: ApiClient }> {
  await using browser = openHttpBrowser({ stopAt: (address) => address.pathname === '/console/callback' });
  const administrator = await acceptSetup(browser, setupUrl, { organization: STORY.msp, ...STORY.administrator });
  return { administrator, api: createApiClient(url, await consoleToken(browser, url)) };
}

/** OpenID Connect with a client secret: an authorization code, on the organization's own redirect URL. */
async function connectContoso(api: ApiClient, contoso: Program): Promise<void> {
  const { name, domain, people } = STORY.contoso;
  const { id, redirectUrls } = await addOrganization(api, name);
  const registration = { clientId: 'gatehouse', clientSecret: madeUpSecret() };
  await control(contoso, 'clients', [{ ...registration, redirectUris: [redirectUrls.secret] }]);
  const discoveryUrl = String(contoso.ready['issuer']);
  await chooseMethod(
    api,
    id,
    { method: 'openid-connect', credential: 'secret', discoveryUrl, ...registration },
    domain,
  );
  await invite(
    api,
    id,
    people.map(({ email }) => email),
  );
}

/** Entra ID with nothing but a client ID: an ID token, posted to the redirect URL all organizations share. */
async function connectFabrikam(api: ApiClient, fabrikam: Program): Promise<void> {
  const { name, domain, directory, clientId, people } = STORY.fabrikam;
  const { id, redirectUrls } = await addOrganization(api, name);
  const redirectUris = [{ uri: redirectUrls.none, platform: 'web' }];
  await control(fabrikam, 'apps', [{ clientId, directory, redirectUris, idTokens: true, optionalClaims: ['email'] }]);
  await chooseMethod(api, id, { method: 'entra-id', credential: 'none', clientId, directoryId: directory }, domain);
  await invite(
    api,
    id,
    people.map(({ upn }) => upn),
  );
}

/** What an administrator over there would click. */
async function control(program: Program, what: string, body: unknown): Promise<void> {
  const answer = await fetch(`${String(program.ready['control'])}/${what}`, {
    method: 'PUT',
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`);
}
