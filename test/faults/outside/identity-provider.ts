import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { newCodeRequest, redeemCode } from '../../../bench/load/code-flow.ts';
import { freePort } from '../../../demo/free-port.ts';
import { addOrganization, chooseMethod, invite } from '../../../demo/gatehouse/seed.ts';
import { startExternalPostgres } from '../../support/external-postgres.ts';
import { startHostileProvider } from '../../support/hostile-provider.ts';
import { openHttpBrowser } from '../../support/http-browser.ts';
import type { Figure } from '../figures.ts';
import { LOGIN_SETTINGS, setUpForLogins } from '../ground/logins.ts';
import type { LoginGround } from '../ground/logins.ts';
import { underFault } from '../ground/under-fault.ts';
import type { FaultCase } from '../ground/under-fault.ts';
import { start } from '../installation.ts';
import { startLink } from '../link.ts';

const EMAIL = 'lena@fabrikam.example';
const LOGGED_IN = 'logged in';
const LASTS_MS = 6000;

/** One organization's identity provider misbehaves: its people are told, everybody else is served as before. */
export async function identityProviderAway(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-provider-'));
  await using server = await startExternalPostgres();
  const target = new URL('http://127.0.0.3:1');
  const link = await startLink(target);
  await using provider = await startHostileProvider({
    issuer: new URL(link.url).origin,
    person: { sub: 'lena', email: EMAIL, email_verified: true, name: 'Lena' },
  });
  target.port = new URL(provider.origin).port;
  const service = await start({
    ...LOGIN_SETTINGS,
    PORT: String(await freePort()),
    DATABASE_URL: server.url,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_DATA: folder,
    LOG_LEVEL: 'silent',
  });
  await using ground = await setUpForLogins(service);
  const organization = await addOrganization(ground.api, 'Fabrikam');
  const credential = { clientId: 'gatehouse', clientSecret: randomBytes(24).toString('base64url') };
  const settings = { method: 'openid-connect', credential: 'secret', discoveryUrl: provider.issuer } as const;
  await chooseMethod(ground.api, organization.id, { ...settings, ...credential }, 'fabrikam.example');
  await invite(ground.api, organization.id, [EMAIL]);
  const look = async (): Promise<string> => logInAtFabrikam(ground);
  const before = await look();

  const everywhere = (fault: { kind: 'hang' | 'slow' | 'reset' } | { kind: 'huge'; megabytes: number }): void =>
    provider.setFaults({ http: { token: fault, keys: fault, metadata: fault, userinfo: fault } });
  const honest = (): void => {
    provider.setFaults({});
    provider.hangUp();
  };
  const cases: Pick<FaultCase, 'name' | 'begin' | 'end'>[] = [
    { name: 'reset', begin: () => everywhere({ kind: 'reset' }), end: honest },
    { name: 'hanging', begin: () => everywhere({ kind: 'hang' }), end: honest },
    { name: 'a byte a second', begin: () => everywhere({ kind: 'slow' }), end: honest },
    { name: 'nobody there (the browser, too)', begin: link.refuse, end: link.heal },
    { name: '10 MB', begin: () => everywhere({ kind: 'huge', megabytes: 10 }), end: honest },
  ];
  const databaseUrl = Object.assign(new URL(server.superuserUrl), { pathname: new URL(server.url).pathname }).href;
  const place = { ground, url: service.url, pid: service.pid, databaseUrl };
  const figures: Figure[] = [{ what: 'somebody of its organization before', measured: before, wanted: LOGGED_IN }];
  for (const each of cases) {
    console.error(`the identity provider: ${each.name} …`);
    const fault = { ...each, lastsMs: LASTS_MS, look, afterwards: LOGGED_IN, mostGapMs: 10_000 };
    figures.push(...(await underFault(place, fault)));
  }
  await service.stop();
  await link.stop();
  await rm(folder, { recursive: true });
  return figures;
}

/** A login from nothing at the provider that misbehaves: `logged in`, or the page that it ends at. */
async function logInAtFabrikam({ target }: LoginGround): Promise<string> {
  const agent = new Agent();
  try {
    await using browser = openHttpBrowser({ stopAt: (url) => url.href.startsWith(target.redirectUri) });
    const { url, verifier } = newCodeRequest(target);
    const page = await browser.submit(await browser.open(url), { email: EMAIL }, { button: 'Continue' });
    const code = page.stoppedAt?.searchParams.get('code');
    if (code === undefined || code === null) {
      return `${page.status} “${page.html.querySelector('h1')?.textContent.trim() ?? page.text.slice(0, 60)}”`;
    }
    await redeemCode(agent, target, { code, verifier });
    return LOGGED_IN;
  } catch (error) {
    // The browser itself goes to the provider, where it is refused before Gatehouse is.
    return `the browser itself: ${(error as { code?: string }).code ?? String(error).slice(0, 80)}`;
  } finally {
    await agent.close();
  }
}
