import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { callbacksOf, configure, gained, goToProvider } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addUser } from '../support/people.ts';
import { startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';

/**
 * Fabrikam Trading' provider is hostile. It sends a victim, who is logged in at the honest Contoso, on to Contoso with an
 * authorization request that the attacker began there, under a state of Fabrikam Trading. What Contoso answers must never
 * reach the hostile token endpoint, and nobody must get in with it.
 */
const MARIA = { id: 'c-1', email: 'maria@contoso.example', name: 'Maria', username: 'maria', password: 'pw-maria' };
const SECRET = 'what Contoso gave us';

let ground: HostileGround;
let contosoProvider: Contoso;
let contoso: Organization;

beforeAll(async () => {
  ground = await startHostileGround({ statesIssuer: false }); // it announces nothing that could give it away
  contoso = await makeManaged(ground.service, ground.root, 'Contoso');
  const { shared, own } = callbacksOf(ground.service, contoso);
  contosoProvider = await startContoso({
    users: [MARIA],
    statesIssuer: false, // as Entra ID: nothing in its answer says who sent it
    clients: [
      { clientId: 'with-secret', clientSecret: SECRET, redirectUris: [own, shared] },
      { clientId: 'front', redirectUris: [shared], responseTypes: ['id_token'] },
    ],
  });
  await addUser({ db: ground.service.database.db, clock: ground.service.clock }, contoso, MARIA.email);
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await contosoProvider?.stop();
});
beforeEach(() => {
  ground.provider.setFaults({});
  ground.provider.received.length = 0;
});

/** The authorization request at Contoso that the attacker's own browser is sent to, not followed. */
async function attackersRequest(): Promise<URL> {
  await using attacker = openHttpBrowser({ stopAt: (url) => url.href.startsWith(contosoProvider.origin) });
  const page = await goToProvider(attacker, ground.service, MARIA.email);
  return page.stoppedAt!;
}

/** The victim, logged in at Contoso in this browser, follows a link to Fabrikam Trading. */
async function victimFollows(victim: HttpBrowser): Promise<void> {
  const atContoso = await goToProvider(victim, ground.service, MARIA.email);
  await victim.submit(atContoso, { username: 'maria', password: MARIA.password }, { button: 'Log in' });
  victim.cookies.remove('localhost', 'session'); // no session here any more; Contoso's lives
  const before = await gained(ground.service, contoso);
  await contosoProvider.forget();
  const page = await ground.tryLogin(victim);
  expect((await contosoProvider.journal()).map(({ path }) => path.split('/')[1])).toContain('auth');
  expect(page.title).not.toContain('Your applications');
  expect(await gained(ground.service, contoso)).toEqual(before);
}

const harvested = (): unknown[] => ground.provider.received.filter(({ path }) => path.startsWith('/token'));

describe('a code that the honest provider gave', () => {
  beforeEach(async () => {
    await configure(ground.service, contoso, {
      method: 'openid-connect',
      clientId: 'with-secret',
      discoveryUrl: contosoProvider.issuer,
      credential: 'secret',
      clientSecret: SECRET,
    });
  });

  test.each(['code', 'id-token'] as const)(
    'and that came back under a hostile state (%s) is redeemed nowhere',
    async (hostileFlow) => {
      await ground.use(hostileFlow);
      for (const keep of [['state'], ['state', 'redirect_uri']]) {
        ground.provider.received.length = 0;
        const url = (await attackersRequest()).href;
        ground.provider.setFaults({ response: [{ kind: 'on-to', url, keep }] });
        await using victim = ground.openBrowser();
        await victimFollows(victim);
        expect(harvested()).toEqual([]);
        expect(await gained(ground.service, ground.organization)).toEqual({ sessions: 0, identities: 0 });
      }
    },
  );

  test('and that was registered for the shared address is redeemed nowhere', async () => {
    await ground.use('id-token');
    const url = await attackersRequest();
    url.searchParams.set('redirect_uri', callbacksOf(ground.service, contoso).shared);
    ground.provider.setFaults({ response: [{ kind: 'on-to', url: url.href, keep: ['state'] }] });
    await using victim = ground.openBrowser();
    await victimFollows(victim);
    expect(harvested()).toEqual([]);
    expect(await gained(ground.service, ground.organization)).toEqual({ sessions: 0, identities: 0 });
  });
});

test('an ID token that the honest provider gave, under a hostile state on the shared address, lets nobody in', async () => {
  await configure(ground.service, contoso, {
    method: 'openid-connect',
    clientId: 'front',
    discoveryUrl: contosoProvider.issuer,
    credential: 'none',
    flow: 'id-token',
  });
  await ground.use('id-token');
  const url = (await attackersRequest()).href;
  ground.provider.setFaults({ response: [{ kind: 'on-to', url, keep: ['state'] }] });
  await using victim = ground.openBrowser();
  await victimFollows(victim);
  expect(await gained(ground.service, ground.organization)).toEqual({ sessions: 0, identities: 0 });
});

test('an answer of the honest provider carried to the path of another organization is not taken', async () => {
  await ground.use('code');
  const foreign = callbacksOf(ground.service, contoso).own;
  ground.provider.setFaults({ response: [{ kind: 'elsewhere', redirectUri: foreign }] });
  await using browser = ground.openBrowser();
  await ground.tryLogin(browser);
  expect(harvested()).toEqual([]);
  expect(await gained(ground.service, ground.organization)).toEqual({ sessions: 0, identities: 0 });
});
