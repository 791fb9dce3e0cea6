import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from '../demo/gatehouse/api-client.ts';
import type { ServiceProcess } from '../demo/gatehouse/service-process.ts';
import { freePort } from '../demo/free-port.ts';
import { openHttpBrowser } from '../test/support/http-browser.ts';
import type { PasswordPerson } from './load/password-login.ts';
import type { Plan } from './load/planned-login.ts';
import { ORDERS, SCOPE, type Machines } from './machines/machines.ts';
import { ADDRESS, AT_CONTOSO, PASSWORD, PEOPLE, startContoso, type Contoso } from './rivals/contoso.ts';
import { enrollPeople } from './rivals/gatehouse-people.ts';
import type { GatehouseTools } from './rivals/gatehouse-tools.ts';

/** Gatehouse from `dist/`, with one organization that logs in at Contoso and one application. */
export interface GatehouseUnderLoad {
  service: ServiceProcess;
  issuer: string;
  /** Where the service's inspector listens once it is opened (SIGUSR1). */
  inspectPort: number;
  application: Credentials;
  /** Further ones: by RS256, and with refresh tokens that rotate. */
  applications: { rs256: Credentials; refresh: Credentials };
  /** How its people log in: at Contoso, where they have a session already. */
  plan: Plan;
  /** Undefined in a build of before them. */
  machines: Machines | undefined;
  /** Adds people with a password and an authenticator app; within minutes of the start. */
  addPeople(count: number): Promise<PasswordPerson[]>;
  /** Ends the service and starts it again at the same address, on another way to the same database. */
  restart(databaseUrl: string): Promise<void>;
  stop(): Promise<void>;
}

interface Credentials {
  clientId: string;
  secret: string;
}

/** Starts the build that the tools are of, and fills it by its own API. */
export async function startGatehouseUnderLoad(options: {
  tools: GatehouseTools;
  databaseUrl: string;
  masterKey: string;
  folder: string;
  redirectUri: string;
}): Promise<GatehouseUnderLoad> {
  const { tools } = options;
  const [port, inspectPort] = [await freePort(), await freePort()];
  const start = (databaseUrl: string): Promise<ServiceProcess> =>
    tools.startGatehouse({
      settings: {
        PORT: String(port),
        // opens nothing: only where its inspector would listen, were it opened for a profile
        NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --inspect-port=127.0.0.1:${inspectPort}`.trim(),
        DATABASE_URL: databaseUrl,
        GATEHOUSE_MASTER_KEY: options.masterKey,
        GATEHOUSE_DATA: join(options.folder, 'gatehouse'),
        GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.0/8,127.0.0.1,127.0.0.2,127.0.0.3',
        // the load states an address for each login, as people have: attempts are limited by address
        TRUSTED_PROXIES: '127.0.0.0/8',
      },
      logFile: join(options.folder, 'gatehouse.log'),
    });
  const contoso = await startContoso();
  const service = await start(options.databaseUrl);
  const { api, ...seeded } = await seed(tools, service, contoso, options.redirectUri);
  await mailsAreOut(join(options.folder, 'gatehouse/mail'));
  const running: GatehouseUnderLoad = {
    service,
    issuer: service.url,
    inspectPort,
    ...seeded,
    addPeople: async (count) => enrollPeople(tools, api, count, join(options.folder, 'gatehouse/mail')),
    plan: {
      people: PEOPLE,
      ownAddresses: true,
      steps: [{ fill: { email: ADDRESS }, button: 'Continue' }, AT_CONTOSO],
    },
    async restart(databaseUrl) {
      await running.service.stop();
      running.service = await start(databaseUrl);
    },
    async stop() {
      await Promise.all([running.service.stop(), contoso.stop()]);
    },
  };
  return running;
}

/** Addresses of one call of the API. */
const MOST_INVITED = 200;

/** Through the setup link and the API, as an administrator would. */
async function seed(
  tools: GatehouseTools,
  service: ServiceProcess,
  contoso: Contoso,
  redirectUri: string,
): Promise<Pick<GatehouseUnderLoad, 'application' | 'applications' | 'machines'> & { api: ApiClient }> {
  const { acceptSetup, addOrganization, chooseMethod, consoleToken, createApiClient, invite } = tools;
  const { url, setupUrl = '' } = service;
  const administrator = { organization: 'Northwind', email: 'anna@northwind.example', password: PASSWORD };
  const browser = openHttpBrowser({ stopAt: (address) => address.pathname === '/console/callback' });
  await acceptSetup(browser, setupUrl, administrator);
  const api = createApiClient(url, await consoleToken(browser, url));
  await browser[Symbol.asyncDispose]();

  const { organization: root } = await api.call('getMe');
  const organization = await addOrganization(api, 'Contoso');
  const credential = { clientId: 'gatehouse', clientSecret: 'a secret of the bench' };
  await contoso.register({ ...credential, redirectUris: [organization.redirectUrls.secret] });
  await chooseMethod(
    api,
    organization.id,
    {
      method: 'openid-connect',
      credential: 'secret',
      discoveryUrl: contoso.issuer,
      ...credential,
    },
    'contoso.example',
  );
  const everybody = Array.from({ length: PEOPLE }, (_, n) => `person-${n}@contoso.example`);
  for (let at = 0; at < PEOPLE; at += MOST_INVITED) {
    await invite(api, organization.id, everybody.slice(at, at + MOST_INVITED));
  }
  const register = async (
    settings: Omit<Parameters<GatehouseTools['registerApplication']>[2], 'name' | 'redirectUris'>,
  ): Promise<Credentials> => {
    const asked = { name: 'Bench', redirectUris: [redirectUri], ...settings };
    const { clientId, clientSecret } = await tools.registerApplication(api, root.id, asked);
    return { clientId, secret: clientSecret };
  };
  const es256 = { signingAlgorithm: 'ES256', refreshTokens: false } as const; // the same as the compared implementations
  const rotating = { ...es256, refreshTokens: true } as const;
  return {
    api,
    application: await register(es256),
    applications: {
      rs256: await register({ signingAlgorithm: 'RS256', refreshTokens: false }),
      // before it was a setting, all refresh tokens rotated
      refresh: await register(tools.choosesRotation ? { ...rotating, rotateRefreshTokens: true } : rotating),
    },
    machines: tools.hasMachines ? await registerMachines(api, root.id) : undefined,
  };
}

/** An API resource, a machine application that may use it, and an application of devices. */
async function registerMachines(api: ApiClient, organizationId: string): Promise<Machines> {
  const params = { organizationId };
  const { id: apiResourceId } = await api.call('makeApiResource', {
    params,
    body: {
      audience: ORDERS,
      name: 'Orders',
      tokenFormat: 'jwt',
      signingAlgorithm: 'ES256',
      tokenLifetime: 600,
      scopes: [{ scope: SCOPE, description: 'Read your orders' }],
    },
  });
  const machine = await api.call('registerApplication', { params, body: { name: 'Nightly export', kind: 'machine' } });
  const device = await api.call('registerApplication', {
    params,
    body: { name: 'Television', kind: 'native', firstParty: true, deviceLogin: true },
  });
  await api.call('allowScopes', {
    params: { ...params, applicationId: machine.application.id, apiResourceId },
    body: { scopes: [SCOPE] },
  });
  return {
    machine: { clientId: machine.application.clientId, secret: machine.clientSecret ?? '' },
    device: { clientId: device.application.clientId },
  };
}

/** Invitations are mails in a folder: their sending is not measured. */
async function mailsAreOut(folder: string): Promise<void> {
  for (let waited = 0; waited < 120; waited += 1) {
    const mails = await readdir(folder).catch(() => []);
    if (mails.filter((name) => name.endsWith('.eml')).length >= PEOPLE) return;
    await pause(500);
  }
  throw new Error('the invitations are not sent');
}
