import { join } from 'node:path';
import type { Client, Person, ProviderDrive } from '../../program.ts';
import { installFromMaven } from '../../stage/install.ts';
import { runCommand, startCommand } from '../../stage/run-command.ts';
import { settings } from './settings.ts';

const ADMIN = { name: 'admin', password: 'of-a-realm-on-loopback' };
const REALM = 'contoso';

export const keycloak: ProviderDrive = {
  settings,
  async install(folder) {
    const archive = join(folder, `keycloak-quarkus-dist-${settings.version}.zip`);
    await installFromMaven(folder, `org.keycloak:keycloak-quarkus-dist:${settings.version}:zip`);
    await runCommand('jar', ['xf', archive], { cwd: folder });
    await runCommand('rm', [archive]);
  },
  async start({ folder, data, port, clients, people }) {
    const origin = `http://127.0.0.1:${port}`;
    const words = ['start-dev', '--http-host=127.0.0.1', `--http-port=${port}`, '--db=dev-mem'];
    const home = join(folder, `keycloak-${settings.version}`);
    const running = await startCommand('bash', [join(home, 'bin', 'kc.sh'), ...words], {
      cwd: home,
      environment: {
        KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.name,
        KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
        JAVA_OPTS_KC_HEAP: '-Xms128m -Xmx512m',
      },
      answers: `${origin}/realms/master`,
      log: join(data, 'keycloak.log'),
      minutes: 5,
    });
    await addRealm(origin, clients, people);
    return { discoveryUrl: `${origin}/realms/${REALM}`, origin, stop: running.stop };
  },
  async act(page, person) {
    await page.locator('#username').fill(person.userName);
    await page.locator('#password').fill(person.password);
    await page.locator('#kc-login').click();
  },
  ways: { usual: 'client_secret_basic', other: null },
  not: {
    'the other authentication way': 'both ways are taken from every client.',
    'wrong authentication way': 'both ways are taken from every client.',
  },
  expected: {},
};

/** What an administrator there would click, by its own API. */
async function addRealm(origin: string, clients: readonly Client[], people: readonly Person[]): Promise<void> {
  const answer = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'admin-cli',
      username: ADMIN.name,
      password: ADMIN.password,
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const realm = {
    realm: REALM,
    enabled: true,
    users: people.map((person) => ({
      username: person.userName,
      enabled: true,
      email: person.email,
      emailVerified: true,
      firstName: person.givenName,
      lastName: person.familyName,
      credentials: [{ type: 'password', value: person.password, temporary: false }],
    })),
    clients: clients.map((client) => ({
      clientId: client.id,
      protocol: 'openid-connect',
      publicClient: client.secret === null,
      ...(client.secret === null ? {} : { secret: client.secret }),
      standardFlowEnabled: !client.idToken,
      implicitFlowEnabled: client.idToken,
      redirectUris: [client.redirectUri],
      ...(client.scopes.includes('email') ? {} : { defaultClientScopes: ['basic'], optionalClientScopes: [] }),
    })),
  };
  const made = await fetch(`${origin}/admin/realms`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(realm),
  });
  if (made.status !== 201) throw new Error(`the realm was not made: ${made.status} ${await made.text()}`);
}
