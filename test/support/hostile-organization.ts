import { configure, goToProvider } from './federation.ts';
import { makeManaged, makeRoot } from './fixtures.ts';
import { startHostileProvider } from './hostile-provider.ts';
import type { HostileProvider } from './hostile-provider.ts';
import { openHttpBrowser } from './http-browser.ts';
import type { HttpBrowser } from './http-browser.ts';
import type { Page } from './page.ts';
import { addUser } from './people.ts';
import { startService } from './start-service.ts';
import type { TestService } from './start-service.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** Fabrikam Trading logs in at a provider that says what it is told, by code and by posted ID token in turn. */
export interface HostileGround extends AsyncDisposable {
  service: TestService;
  root: Organization;
  provider: HostileProvider;
  organization: Organization;
  /** Saves the connection anew: with a secret the provider answers by code, without by a posted ID token. */
  use(flow: 'code' | 'id-token', more?: Record<string, unknown>): Promise<void>;
  openBrowser(): HttpBrowser;
  /** A login of mallory@fabrikam-trading.example, up to where it leads. */
  tryLogin(browser: HttpBrowser): Promise<Page>;
  /** A login of mallory that the provider sent back: its browser, and the callback's address, which is not opened yet. */
  sentBack(): Promise<{ browser: HttpBrowser; callback: URL }>;
}

export const MALLORY = 'mallory@fabrikam-trading.example';

/**
 * @param options.statesIssuer whether the provider announces and sends RFC 9207's `iss`
 * @param options.settings of the service
 * @param options.log where its log goes
 */
export async function startHostileGround(
  options: { statesIssuer?: boolean; settings?: Record<string, string>; log?: { write(line: string): void } } = {},
): Promise<HostileGround> {
  const { settings, log, ...ofProvider } = options;
  const service = await startService({ ...(settings && { settings }), ...(log && { log }) });
  const provider = await startHostileProvider({ ...ofProvider, clockOffset: () => offsetOf(service) });
  const root = await makeRoot(service);
  const organization = await makeManaged(service, root, 'Fabrikam Trading');
  await addUser({ db: service.database.db, clock: service.clock }, organization, MALLORY);
  return {
    service,
    root,
    provider,
    organization,
    async use(flow, more = {}) {
      const credential = flow === 'code' ? 'secret' : 'none';
      await configure(service, organization, {
        method: 'openid-connect',
        clientId: 'gatehouse',
        discoveryUrl: provider.issuer,
        credential,
        flow,
        ...(credential === 'secret' ? { clientSecret: 'known to the attacker' } : {}),
        ...more,
      });
    },
    openBrowser: () => openHttpBrowser({ now: () => service.clock.now() }),
    tryLogin: async (browser) => goToProvider(browser, service, MALLORY),
    async sentBack() {
      const stopAt = (url: URL): boolean => url.pathname.startsWith('/login/callback');
      const browser = openHttpBrowser({ now: () => service.clock.now(), stopAt });
      const page = await goToProvider(browser, service, MALLORY);
      return { browser, callback: page.stoppedAt! };
    },
    async [Symbol.asyncDispose]() {
      await service.close();
      await provider.stop();
    },
  };
}

/** How far the service's clock was moved, seconds. */
function offsetOf(service: TestService): number {
  return Math.round((service.clock.now().getTime() - Date.now()) / 1000);
}
