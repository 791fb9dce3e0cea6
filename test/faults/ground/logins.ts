import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createPlannedLogin } from '../../../bench/load/planned-login.ts';
import { createSilentLogin } from '../../../bench/load/silent-login.ts';
import { discoverTarget } from '../../../bench/load/target.ts';
import type { Target } from '../../../bench/load/target.ts';
// So many people that nobody of them has more sessions at once than a user may have.
import { ADDRESS, AT_CONTOSO, PEOPLE, startContoso } from '../../../bench/rivals/contoso.ts';
import type { GatehouseTools } from '../../../bench/rivals/gatehouse-tools.ts';
import * as apiClient from '../../../demo/gatehouse/api-client.ts';
import type { ApiClient } from '../../../demo/gatehouse/api-client.ts';
import * as firstAdministrator from '../../../demo/gatehouse/first-administrator.ts';
import * as seed from '../../../demo/gatehouse/seed.ts';
import type { ServiceProcess } from '../../../demo/gatehouse/service-process.ts';
import { openHttpBrowser } from '../../support/http-browser.ts';
import type { Settings, Writer } from '../installation.ts';

const WRITERS = 4;
const BROWSERS = 8;
const REDIRECT = 'https://orders.northwind.example/callback';

/** What a service needs so that {@link setUpForLogins} can fill it: Contoso is on loopback, people have addresses of their own. */
export const LOGIN_SETTINGS: Settings = {
  GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.0/8,127.0.0.1,127.0.0.2,127.0.0.3',
  TRUSTED_PROXIES: '127.0.0.0/8',
};

/** A service whose people log in at Contoso, and an application they reach. */
export interface LoginGround extends AsyncDisposable {
  writer: Writer;
  target: Target;
  /** Cookies of browsers that are logged in. */
  sessions: readonly string[];
  api: ApiClient;
  /** The root organization's id. */
  root: string;
}

/** What speaks to a service's API and pages; another version has its own. */
type SetupTools = Pick<
  GatehouseTools,
  | 'acceptSetup'
  | 'addOrganization'
  | 'chooseMethod'
  | 'consoleToken'
  | 'createApiClient'
  | 'invite'
  | 'registerApplication'
>;
const OWN: SetupTools = { ...firstAdministrator, ...apiClient, ...seed };

/** Sets a new service up: organization, provider, people, application, and browsers that are logged in. */
export async function setUpForLogins(
  service: Pick<ServiceProcess, 'url' | 'setupUrl' | 'command'>,
  tools: SetupTools = OWN,
): Promise<LoginGround> {
  const { acceptSetup, addOrganization, chooseMethod, consoleToken, createApiClient, invite, registerApplication } =
    tools;
  const browser = openHttpBrowser({ stopAt: (address) => address.pathname === '/console/callback' });
  await acceptSetup(browser, service.setupUrl ?? '', {
    organization: 'Northwind',
    email: 'anna@northwind.example',
    password: 'a calm harbour at dawn',
  });
  const api = createApiClient(service.url, await consoleToken(browser, service.url));
  await browser[Symbol.asyncDispose]();
  const { organization: root } = await api.call('getMe');
  const words = ['token', 'create', '--organization', root.id, '--role', 'administrator'];
  const { token } = await service.command(...words);
  const contoso = await startContoso();
  const organization = await addOrganization(api, 'Contoso');
  const credential = { clientId: 'gatehouse', clientSecret: randomBytes(24).toString('base64url') };
  await contoso.register({ ...credential, redirectUris: [organization.redirectUrls.secret] });
  await chooseMethod(
    api,
    organization.id,
    { method: 'openid-connect', credential: 'secret', discoveryUrl: contoso.issuer, ...credential },
    'contoso.example',
  );
  await invite(
    api,
    organization.id,
    Array.from({ length: PEOPLE }, (_, number) => ADDRESS.replace('{n}', String(number))),
  );
  const registered = await registerApplication(api, root.id, {
    name: 'Orders',
    redirectUris: [REDIRECT],
    signingAlgorithm: 'ES256',
    refreshTokens: false,
  });
  const target = await discoverTarget(service.url, {
    clientId: registered.clientId,
    secret: registered.clientSecret,
    redirectUri: REDIRECT,
    scope: 'openid profile email',
  });
  const parents: string[] = [];
  for (let number = 1; number <= WRITERS; number += 1) {
    parents.push((await api.call('createOrganization', { body: { name: `Fabrikam ${number}` } })).id);
  }
  const sessions = await openSessions(target);
  return {
    writer: { token: String(token), parents },
    target,
    sessions,
    api,
    root: root.id,
    [Symbol.asyncDispose]: async () => contoso.stop(),
  };
}

/** Eight browsers that log in. */
export async function openSessions(target: Target): Promise<string[]> {
  const whole = wholeLogins(target);
  const sessions: string[] = [];
  for (let person = 0; person < BROWSERS; person += 1) sessions.push(await whole.openSession(person));
  await whole.close();
  return sessions;
}

/** Logins from nothing, through Contoso. */
export function wholeLogins(target: Target): ReturnType<typeof createPlannedLogin> {
  return createPlannedLogin(target, {
    people: PEOPLE,
    ownAddresses: true,
    steps: [{ fill: { email: ADDRESS }, button: 'Continue' }, AT_CONTOSO],
  });
}

/** People who log in until they are told to stop. */
export interface LoginLoad {
  done(): number;
  /** Of those done, how many began with an address and not with a session. */
  whole(): number;
  /** Why logins failed, each once for every time. */
  failed: readonly string[];
  /** Milliseconds of the slowest that succeeded. */
  slowest(): number;
  /** Milliseconds of the longest time in which nobody succeeded. */
  longestGap(): number;
  /** Instants (performance.now) of the last that succeeded. */
  lastDone(): number;
  stop(): Promise<void>;
}

/**
 * Logs people in without end: one of `every` from nothing, the others with a session that their browser has.
 * @param how.pauseMs how long each waits before the next
 */
export function startLogins(
  ground: Pick<LoginGround, 'target' | 'sessions'>,
  how: { atOnce: number; pauseMs: number; every: number },
): LoginLoad {
  const [silent, whole] = [createSilentLogin(ground.target, ground.sessions), wholeLogins(ground.target)];
  const failed: string[] = [];
  let [turn, done, wholeDone, slowest, gap, stopped] = [0, 0, 0, 0, 0, false];
  let last = performance.now();
  const succeed = (): void => {
    const now = performance.now();
    gap = Math.max(gap, now - last);
    last = now;
    done += 1;
  };
  const work = async (worker: number): Promise<void> => {
    while (!stopped) {
      turn += 1;
      const isWhole = turn % how.every === 0;
      const began = performance.now();
      try {
        await (isWhole ? whole.flow() : silent.flow(worker));
        succeed();
        if (isWhole) wholeDone += 1;
        slowest = Math.max(slowest, performance.now() - began);
      } catch (error) {
        failed.push(reasonOf(error));
        await pause(50);
      }
      await pause(how.pauseMs);
    }
  };
  const workers = Array.from({ length: how.atOnce }, async (_, worker) => work(worker));
  return {
    failed,
    done: () => done,
    whole: () => wholeDone,
    slowest: () => Math.round(slowest),
    longestGap: () => Math.round(Math.max(gap, performance.now() - last)),
    lastDone: () => last,
    async stop() {
      stopped = true;
      await Promise.all(workers);
      await Promise.all([silent.close(), whole.close()]);
    },
  };
}

/** Status of a refusal where the load's sentence has one, else what the connection met. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const status = /\((\d{3})\)|\bbut (\d{3})\b/.exec(text);
  return status?.[1] ?? status?.[2] ?? ((error as { code?: string }).code ?? text).slice(0, 60);
}

/** Failures counted by reason, as `12 × 503, 2 × ECONNRESET`; `none`. */
export function countReasons(failed: readonly string[]): string {
  const counted = [...Map.groupBy(failed, (reason) => reason)].map(([reason, each]) => `${each.length} × ${reason}`);
  return counted.join(', ') || 'none';
}
