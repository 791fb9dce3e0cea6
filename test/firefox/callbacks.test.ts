import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTestCertificates, trustInThisProcess } from '../support/certificates.ts';
import { callbacksOf, configure } from '../support/federation.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { addUser } from '../support/people.ts';
import { startBehindTls, startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { startTlsProxy } from '../support/tls-proxy.ts';
import type { TlsProxy } from '../support/tls-proxy.ts';
import { freePort } from '../../demo/free-port.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { launchFirefox } from './firefox.ts';
import type { Firefox } from './firefox.ts';

/** Gatehouse on https://localhost, the stand-in for Entra ID on https://127.0.0.2: what Firefox does with cookies between them. */
const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const CLIENT = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';
const SECRET = { id: 'id-of-the-secret', value: 'value of the secret' };
const PEOPLE = {
  none: {
    oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e01',
    upn: 'pat@fabrikam.example',
    name: 'Pat',
    password: 'at-fabrikam',
  },
  secret: {
    oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e02',
    upn: 'lee@contoso.example',
    name: 'Lee',
    password: 'at-contoso',
  },
};

let proxy: TlsProxy;
let service: TestService;
let microsoft: Fabrikam;
let root: Organization;
const ending = new AsyncDisposableStack();

beforeAll(async () => {
  const certificates = ending.use(await makeTestCertificates());
  trustInThisProcess(certificates);
  microsoft = await startBehindTls(certificates, (origin) =>
    startFabrikam({
      origin,
      directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] }],
      users: Object.values(PEOPLE).map((person) => ({ ...person, directory: DIRECTORY })),
    }),
  );
  ending.defer(microsoft.stop);
  proxy = ending.use(await startTlsProxy(certificates, 'localhost'));
  const port = await freePort();
  service = await startService({
    publicUrl: proxy.url,
    port,
    settings: { TRUSTED_PROXIES: '127.0.0.1', GATEHOUSE_ENTRA_AUTHORITY: microsoft.issuer },
  });
  ending.use(service);
  proxy.forwardTo(port);
  root = await makeRoot(service);
});
afterAll(async () => ending.disposeAsync());

/** Fills fields by name and presses the button with this text. */
async function submit(firefox: Firefox, fields: Record<string, string>, button: string): Promise<void> {
  const words = [JSON.stringify(fields), JSON.stringify(button)];
  await firefox.evaluate(`((fields, text) => {
    for (const [name, value] of Object.entries(fields)) document.querySelector('[name=' + name + ']').value = value;
    [...document.querySelectorAll('button')].find((one) => one.innerText.trim() === text).click();
  })(${words.join(',')})`);
}

test.each(['none', 'secret'] as const)(
  'credential %s: in over two sites, then straight in; the cookies are as they must be',
  async (credential) => {
    const person = PEOPLE[credential];
    const organization = await makeManaged(service, root, `Fabrikam ${credential}`);
    await addUser({ db: service.database.db, clock: service.clock }, organization, person.upn);
    const { shared, own } = callbacksOf(service, organization);
    await microsoft.addApps({
      clientId: CLIENT,
      directory: DIRECTORY,
      idTokens: true,
      secrets: [SECRET],
      redirectUris: [{ uri: shared }, { uri: own }],
    });
    await configure(service, organization, {
      method: 'entra-id',
      clientId: CLIENT,
      directoryId: DIRECTORY,
      credential,
      ...(credential === 'secret' ? { clientSecret: SECRET.value } : {}),
    });
    await microsoft.forget();

    await using firefox = await launchFirefox();
    const isThere = `document.readyState === 'complete' && document.title.includes('Your applications')`;
    await firefox.open(`${service.url}/login/start`);
    await submit(firefox, { email: person.upn }, 'Continue');
    await firefox.until(`document.readyState === 'complete' && document.querySelector('[name=passwd]') !== null`);
    await submit(firefox, { loginfmt: person.upn, passwd: person.password }, 'Sign in');
    await firefox.until(isThere);

    const asked = (await microsoft.journal()).map(({ query }) => query['response_mode'] ?? query['response_type']);
    expect(asked).toContain(credential === 'none' ? 'form_post' : 'code');
    const cookies = await firefox.cookies('localhost');
    const session = cookies.find(({ name }) => name.startsWith('__Host-') && name.includes('session'));
    expect(session).toMatchObject({ secure: true, httpOnly: true, sameSite: 'lax' });
    expect(cookies.filter(({ secure, httpOnly }) => !secure || !httpOnly)).toEqual([]);
    expect(await firefox.evaluate('document.cookie')).toBe('');

    // no session here by now, and one over there: straight in
    await firefox.open(`${service.url}/logout`);
    await submit(firefox, {}, 'Log out');
    await firefox.until(`document.title.includes('logged out')`);
    await firefox.open(`${service.url}/login/start`);
    await submit(firefox, { email: person.upn }, 'Continue');
    await firefox.until(isThere);
  },
);
