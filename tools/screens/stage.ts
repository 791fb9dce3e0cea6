import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { registerApplication } from '../../src/applications/manage-applications.ts';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { findUser } from '../../src/users/find-users.ts';
import { apiClient } from '../../test/support/api-client.ts';
import type { ApiClient } from '../../test/support/api-client.ts';
import { launchChromium, openContext } from '../../test/support/chromium.ts';
import { administratorOf, makeManaged, makePerson, makeRoot } from '../../test/support/fixtures.ts';
import type { Person } from '../../test/support/fixtures.ts';
import { startMailbox } from '../../test/support/mailbox.ts';
import type { Mailbox } from '../../test/support/mailbox.ts';
import { addSession, addUser } from '../../test/support/people.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { startContoso, startFabrikam } from '../../test/support/start-provider.ts';
import type { Contoso, Fabrikam } from '../../test/support/start-provider.ts';
import { startService } from '../../test/support/start-service.ts';
import type { TestService } from '../../test/support/start-service.ts';

/** The organizations of the stage: Northwind manages the others. */
export interface Houses {
  northwind: Organization;
  contoso: Organization;
  fabrikam: Organization;
  fabrikamTrading: Organization;
  contosoRetail: Organization;
  northwindRail: Organization;
}

/** Everything screens are seen on: the service with people in it, their mailbox, two identity providers, a browser. */
export interface Stage extends AsyncDisposable {
  service: TestService;
  mailbox: Mailbox;
  contoso: Contoso;
  fabrikam: Fabrikam;
  browser: Browser;
  /** What browsers complained about on our pages: refused styles and scripts, faults of scripts. */
  complaints: string[];
  /** A browser nobody was logged in in. It ends with the stage. */
  newVisitor(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** A stage with its people. */
export interface SetStage extends Stage {
  houses: Houses;
  /** Administrator of the root, break-glass. */
  anna: Person;
  /** At Contoso Retail, which has the built-in method. */
  paul: Person;
  /** Client ids. */
  applications: { reports: string; fleet: string };
  /** The API as anna. */
  api: ApiClient;
}

export const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
export const ENTRA_CLIENT = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';
/** Where the sample applications would be; nobody listens there. */
export const REPORTS = 'http://127.0.0.1:9001';
export const FLEET = 'https://fleet.contoso-retail.example';

/** A service that nobody has set up yet. */
export async function openStage(database?: TestDatabase): Promise<Stage> {
  const mailbox = await startMailbox();
  const contoso = await startContoso({
    users: [
      { id: 'maria', email: 'maria@contoso.example', name: 'Maria', password: 'contoso' },
      { id: 'tom', email: 'thomas@contoso.example', name: 'Tom', password: 'contoso' },
      { id: 'stranger', email: 'stranger@contoso.example', name: 'A stranger', password: 'contoso' },
    ],
  });
  const fabrikam = await startFabrikam({
    directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example', 'northwind.example'] }],
  });
  const service = await startService({
    settings: {
      SMTP_URL: mailbox.url,
      MAIL_FROM: 'Gatehouse <gatehouse@northwind.example>',
      GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin,
    },
    ...(database === undefined ? {} : { database }),
  });
  const browser = await launchChromium();
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(contexts.map(async (context) => context.close()));
    await browser.close();
    await service.close();
    await Promise.all([contoso.stop(), fabrikam.stop(), mailbox.stop()]);
  };
  return {
    service,
    mailbox,
    contoso,
    fabrikam,
    browser,
    complaints,
    async newVisitor(options = {}) {
      const context = await openContext(browser, { viewport: { width: 1320, height: 860 }, ...options });
      contexts.push(context);
      listen(context, service.url, complaints);
      return context.newPage();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** That a page or a request is refused with a status is no complaint: the screen says so. */
function listen(context: BrowserContext, url: string, complaints: string[]): void {
  context.on('weberror', (fault) => complaints.push(String(fault.error())));
  context.on('console', (message) => {
    const ours = message.page()?.url().startsWith(url) === true;
    const status = message.text().startsWith('Failed to load resource');
    if (ours && !status && ['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
}

/** Puts Northwind and those it manages on the stage. */
export async function setStage(stage: Stage): Promise<SetStage> {
  const { service } = stage;
  const ground = { db: service.database.db, clock: service.clock, url: service.url };
  const northwind = await makeRoot(service, 'Northwind');
  const managed = async (name: string): Promise<Organization> => makeManaged(service, northwind, name);
  const houses: Houses = {
    northwind,
    contoso: await managed('Contoso'),
    fabrikam: await managed('Fabrikam'),
    fabrikamTrading: await managed('Fabrikam Trading'),
    contosoRetail: await managed('Contoso Retail'),
    northwindRail: await managed('Northwind Rail'),
  };
  const anna = await makePerson(service, northwind, 'anna@northwind.example', {
    role: 'administrator',
    breakGlass: true,
  });
  const paul = await makePerson(service, houses.contosoRetail, 'paul@contoso-retail.example');
  await addUser(ground, northwind, 'erik@northwind.example', { role: 'editor' });
  await addUser(ground, northwind, 'vera@northwind.example', { role: 'viewer' });
  await addUser(ground, northwind, 'nils@northwind.example', { status: 'disabled' });
  for (const name of ['maria', 'tom', 'ines']) await addUser(ground, houses.contoso, `${name}@contoso.example`);
  for (const name of ['lena', 'otto']) await addUser(ground, houses.fabrikam, `${name}@fabrikam.example`);
  for (const name of ['kim', 'noor']) await addUser(ground, houses.fabrikamTrading, `${name}@fabrikam-trading.example`);
  for (const house of [houses.contosoRetail, houses.fabrikamTrading])
    await addUser(ground, house, 'sam@northwind-rail.example', { proven: true });

  const register = async (input: Parameters<typeof registerApplication>[2]): Promise<string> => {
    const caller = administratorOf(northwind, service);
    const registered = await registerApplication(ground, caller, input);
    return registered.application.clientId;
  };
  const web = { kind: 'web' as const, refreshTokens: true };
  // Everybody's but Northwind's and Northwind Rail's own: somebody has to see what it looks like to have none.
  const { contoso, fabrikam, fabrikamTrading, contosoRetail } = houses;
  const access = [contoso, fabrikam, fabrikamTrading, contosoRetail].map((house) => house.id);
  const reports = await register({
    ...web,
    organizationId: northwind.id,
    name: 'Reports',
    firstParty: true,
    access,
    redirectUris: [`${REPORTS}/callback`],
    postLogoutRedirectUris: [`${REPORTS}/`],
    initiateLoginUri: `${REPORTS}/login`,
  });
  await register({
    ...web,
    organizationId: northwind.id,
    name: 'Tickets',
    firstParty: true,
    access,
    redirectUris: ['https://tickets.northwind.example/callback'],
    initiateLoginUri: 'https://tickets.northwind.example/login',
  });
  const fleet = await register({
    ...web,
    organizationId: houses.contosoRetail.id,
    name: 'Fleet',
    firstParty: false,
    redirectUris: [`${FLEET}/callback`],
  });

  const { token } = await addSession(ground, { ...(await userOf(stage, anna)) });
  const set: SetStage = {
    ...stage,
    houses,
    anna,
    paul,
    applications: { reports, fleet },
    api: apiClient(service.url, token),
  };
  await configureConnections(set);
  return set;
}

/** Contoso active, Fabrikam unconfirmed and failing, Fabrikam Trading unconfirmed, Northwind Rail as Northwind. */
async function configureConnections(stage: SetStage): Promise<void> {
  const { api, houses, contoso, service } = stage;
  await contoso.addClients({
    clientId: 'gatehouse',
    clientSecret: 'the-secret-contoso-gave-us',
    redirectUris: [`${service.url}/login/callback/${formatId('org', houses.contoso.id)}`],
  });
  const save = async (house: Organization, settings: object, routeDomains: string[] = []): Promise<void> => {
    const path = `/organizations/${formatId('org', house.id)}/authentication`;
    const { version } = (await api.get(path)).body as { version: number };
    const saved = await api.send('PUT', path, { settings, routeDomains, version });
    if (saved.status !== 200) throw new Error(`${house.name}: ${JSON.stringify(saved.body)}`);
  };
  const openidConnect = { clientId: 'gatehouse', discoveryUrl: contoso.issuer, credential: 'secret' };
  await save(
    houses.contoso,
    { method: 'openid-connect', ...openidConnect, clientSecret: 'the-secret-contoso-gave-us' },
    ['contoso.example'],
  );
  const entraId = { method: 'entra-id', clientId: ENTRA_CLIENT, directoryId: DIRECTORY, credential: 'none' };
  await save(houses.fabrikam, entraId, ['fabrikam.example']);
  await save(houses.fabrikamTrading, entraId);
  await save(houses.northwindRail, { method: 'same-as-managing' });
  const now = service.clock.now();
  const { db } = service.database;
  await db
    .updateTable('connection')
    .set({
      failingSince: new Date(now.getTime() - 3 * 3_600_000),
      lastFailure: 'login.unreachable',
      lastFailureAt: now,
      unreturned: 4,
      unreturnedSince: new Date(now.getTime() - 4 * 3_600_000),
    })
    .where('organizationId', '=', houses.fabrikam.id)
    .execute();
}

async function userOf({ service }: Stage, person: Person) {
  const user = await findUser({ db: service.database.db }, person.userId);
  if (user === undefined) throw new Error(`${person.email} is not there`);
  return user;
}
