import { apiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import { goToProvider } from './federation.ts';
import { makeRoot } from './fixtures.ts';
import { openHttpBrowser } from './http-browser.ts';
import type { Page } from './page.ts';
import { addSession, addUser } from './people.ts';
import { startContoso, startFabrikam } from './start-provider.ts';
import type { Contoso, Fabrikam } from './start-provider.ts';
import { startService } from './start-service.ts';
import type { TestService } from './start-service.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** Fabrikam's directory at Entra ID, and the application registered there. */
export const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
export const CLIENT = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';

/** Maria has her account at Contoso's OpenID Connect provider. */
export const maria = {
  id: 'c-1',
  email: 'maria@contoso.example',
  name: 'Maria',
  username: 'maria',
  password: 'pw-maria',
};
/** Lena has hers in Fabrikam's directory. */
export const lena = {
  oid: '1d4f0b6e-8a31-4a0c-9c86-1f0e5a7b2c01',
  directory: DIRECTORY,
  upn: 'lena@fabrikam.example',
  name: 'Lena',
  password: 'pw-lena',
};

/** What somebody types at a provider, and the button there. */
export type AtProvider = readonly [Record<string, string>, string];
export const AS_MARIA: AtProvider = [{ username: 'maria', password: maria.password }, 'Log in'];
export const AS_LENA: AtProvider = [{ loginfmt: lena.upn, passwd: lena.password }, 'Sign in'];

/** Entra ID with Fabrikam's directory. */
export async function startLenasDirectory(): Promise<Fabrikam> {
  return startFabrikam({
    directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] }],
    users: [lena],
  });
}

/** A service with an administrator of its root, and both kinds of provider beside it. */
export interface BothProviders extends AsyncDisposable {
  service: TestService;
  contoso: Contoso;
  fabrikam: Fabrikam;
  root: Organization;
  /** As Anna, an administrator of the root. */
  api: ApiClient;
  /** Types the address and proves oneself at the provider; the page after it. */
  logIn(email: string, atProvider: AtProvider): Promise<Page>;
  /** Ends the sessions at both providers. */
  endSessions(): Promise<void>;
}

/** Starts it. */
export async function startBothProviders(settings: Record<string, string> = {}): Promise<BothProviders> {
  await using stack = new AsyncDisposableStack();
  const contoso = await startContoso({ users: [maria] });
  stack.defer(async () => contoso.stop());
  const fabrikam = await startLenasDirectory();
  stack.defer(async () => fabrikam.stop());
  const service = await startService({ settings: { GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin, ...settings } });
  stack.defer(async () => service.close());
  const root = await makeRoot(service);
  const deps = { db: service.database.db, clock: service.clock, url: service.url };
  const anna = await addUser(deps, root, 'anna@northwind.example', { role: 'administrator' });
  const api = apiClient(service.url, (await addSession(deps, anna)).token);
  const all = stack.move();
  return {
    service,
    contoso,
    fabrikam,
    root,
    api,
    async logIn(email, [fields, button]) {
      await using browser = openHttpBrowser({ now: () => service.clock.now() });
      const done = await browser.submit(await goToProvider(browser, service, email), fields, { button });
      return done;
    },
    async endSessions() {
      await contoso.endSessions();
      await fabrikam.endSessions();
    },
    [Symbol.asyncDispose]: async () => all.disposeAsync(),
  };
}
