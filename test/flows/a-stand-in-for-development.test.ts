import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { configure, goToProvider } from '../support/federation.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addUser } from '../support/people.ts';
import { gatehouseHere } from '../support/run-here.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { startStandIn } from '../../src/stand-ins/start-stand-in.ts';
import type { RunningStandIn } from '../../src/stand-ins/start-stand-in.ts';
import { STAND_INS } from '../../src/stand-ins/stand-in.ts';
import type { StandInName } from '../../src/stand-ins/stand-in.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** `gatehouse dev provider`: what it prints is enough to connect it; its page chooses people and switches faults. */
const running = new Map<StandInName, RunningStandIn>();
let service: TestService;
let root: Organization;

beforeAll(async () => {
  const people = STAND_INS.map((as) => `kim@${as}.example`);
  await Promise.all(
    STAND_INS.map(async (as) => running.set(as, await startStandIn({ as, port: 0, redirectUris: [], people }))),
  );
  // as the command prints it, and no host more
  const shown = [...running.values()].flatMap(({ values }) => values);
  const hosts = shown.flatMap(([name, value]) => (name === 'GATEHOUSE_ALLOWED_PROVIDER_HOSTS' ? [value] : []));
  const settings = {
    GATEHOUSE_ALLOWED_PROVIDER_HOSTS: hosts.join(','),
    GATEHOUSE_ENTRA_AUTHORITY: shown.find(([name]) => name === 'GATEHOUSE_ENTRA_AUTHORITY')![1],
  };
  service = await startService({ settings });
  root = await makeRoot(service);
});
afterAll(async () => {
  await service?.close();
  await Promise.all([...running.values()].map(async ({ standIn }) => standIn.close()));
});

async function connect(as: StandInName, more: object = {}): Promise<Organization> {
  const organization = await makeManaged(service, root, `Contoso ${as}`);
  await addUser({ db: service.database.db, clock: service.clock }, organization, `kim@${as}.example`);
  const value = Object.fromEntries(running.get(as)!.values);
  const settings =
    as === 'entra-id'
      ? { method: 'entra-id', directoryId: value['Directory (tenant) ID'], clientId: value['Client ID'] }
      : { method: 'openid-connect', discoveryUrl: value['Discovery url'], clientId: 'gatehouse' };
  await configure(service, organization, {
    ...settings,
    credential: 'secret',
    clientSecret: 'development-only',
    ...more,
  });
  return organization;
}

/** What is clicked on the page of a stand-in; gives the page after. */
async function click(as: StandInName, what: string, form: Record<string, string | string[]> = {}): Promise<string> {
  const { origin } = running.get(as)!.standIn;
  const fields = Object.entries(form).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as [string, string]),
  );
  const answer = await fetch(`${origin}/workbench/${what}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { origin },
  });
  expect(answer.status).toBe(200);
  return answer.text();
}

const claimsAt = (as: StandInName): Record<string, unknown> => {
  const { journal } = running.get(as)!.standIn;
  const [, payload = ''] = journal
    .map(({ answer }) => /"id_token":"[\w-]+\.([\w-]+)/.exec(answer?.body ?? ''))
    .findLast((found) => found !== null)!;
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
};

test.each<[StandInName, string, Record<string, unknown>]>([
  ['entra-id', '', { ver: '2.0', tid: expect.any(String), preferred_username: 'kim@entra-id.example' }],
  ['okta', '', { sub: expect.stringMatching(/^00u/), amr: ['pwd'], ver: 1 }],
  ['keycloak', '/realms/contoso', { sub: expect.stringMatching(/^[0-9a-f-]{36}$/), typ: 'ID', acr: '1' }],
  ['google', '', { sub: expect.stringMatching(/^\d{21}$/), hd: 'google.example' }],
  ['any', '', { sub: 'kim@any.example', email_verified: true }],
])(
  'as %s: connected by the values it shows, the chosen person gets in without a question',
  async (as, path, claims) => {
    const { standIn } = running.get(as)!;
    await connect(as);
    const kim = standIn.people().find(({ signInName }) => signInName === `kim@${as}.example`)!;
    expect(await click(as, 'choose', { person: kim.id })).toContain('Logs in without being asked');
    await using browser = openHttpBrowser({ now: () => service.clock.now() });
    const page = await goToProvider(browser, service, kim.signInName);
    expect(page.title).toContain('Your applications');
    expect(claimsAt(as)).toMatchObject(claims);
    if (as !== 'entra-id') expect(claimsAt(as)['iss']).toBe(`${standIn.origin}${path}`);
    // what was asked and answered can be read, the token taken apart
    const shown = await (await fetch(`${standIn.origin}/`)).text();
    expect(shown).toContain('code_challenge');
    expect(shown).toContain('&quot;nonce&quot;');
    expect(shown).toContain('For development only');
  },
);

test('without a choice the login page asks; people come and go; faults go on and off, each with its sentence', async () => {
  const { standIn } = running.get('any')!;
  await click('any', 'choose', { person: '' });
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  const page = await goToProvider(browser, service, 'kim@any.example');
  expect(page.text).toContain('kim@any.example, password password');
  const added = await click('any', 'add', { name: 'Lee', address: 'lee@any.example' });
  expect(added).toContain('lee@any.example');
  expect(await click('any', 'remove', { person: 'lee@any.example' })).not.toContain('lee@any.example');

  expect(await click('any', 'faults', { on: ['wrong-iss', 'secret-replaced'] })).toContain('2 switched on.');
  await click('any', 'choose', { person: 'kim@any.example' });
  const refused = await goToProvider(browser, service, 'kim@any.example');
  expect(refused.title).toContain('You could not be logged in');
  expect(await click('any', 'faults')).toContain('Nothing: it works.');
  await using healed = openHttpBrowser({ now: () => service.clock.now() });
  expect((await goToProvider(healed, service, 'kim@any.example')).title).toContain('Your applications');
  await click('any', 'rotate-keys');
  await using held = openHttpBrowser({ now: () => service.clock.now() });
  service.clock.advance(61); // keys may be asked for again
  expect((await goToProvider(held, service, 'kim@any.example')).text).toContain('an administrator has to confirm');
  expect(standIn.journal.length).toBeGreaterThan(0);
  expect(await click('any', 'forget')).toContain('Nobody has asked yet.');
});

test('the command prints what to enter, and ends with the process', async () => {
  const settings = { GATEHOUSE_URL: 'http://localhost:3000' };
  const command = new CommandLine(['dev', 'provider', '--as', 'keycloak', '--port', '0'], settings);
  await command.says('Ctrl+C ends it.');
  expect(command.out).toContain('FOR DEVELOPMENT ONLY');
  expect(command.out).toMatch(/GATEHOUSE_ALLOWED_PROVIDER_HOSTS=127\.0\.0\.1:\d+ npm start/);
  const url = /Discovery url: +(\S+)/.exec(command.out)?.[1];
  const document = await (await fetch(`${url}/.well-known/openid-configuration`)).json();
  expect(document).toMatchObject({ issuer: url, token_endpoint: `${url}/protocol/openid-connect/token` });
  expect(await command.stop()).toMatchObject({ code: 0 });
});

test.each([
  { GATEHOUSE_URL: 'https://sso.northwind.example' },
  {
    DATABASE_URL: 'postgres://gatehouse@127.0.0.1/gatehouse',
    GATEHOUSE_MASTER_KEY: Buffer.alloc(32).toString('base64'),
  },
])('where others use the service it is refused: %j', async (settings) => {
  const refused = await gatehouseHere(['dev', 'provider'], settings);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain(`where ${Object.keys(settings)[0]} is set`);
});
