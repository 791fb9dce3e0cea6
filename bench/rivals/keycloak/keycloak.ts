import { join } from 'node:path';
import { freePort } from '../../../demo/free-port.ts';
import { startCommand } from '../../../works-with/stage/run-command.ts';
import type { Rival } from '../../beside/rival.ts';
import { CONNECTIONS } from '../../contenders.ts';
import { listenerOf, processTree } from '../../load/process-tree.ts';
import { ADDRESS, AT_CONTOSO, PASSWORD, PEOPLE, startContoso } from '../contoso.ts';
import { installKeycloak, VERSION } from './install.ts';
import { addPlainRealm, addTunedRealm, AS_IT_COMES, keycloakAdmin, PERSON, SECRET, TUNED } from './realm.ts';

/**
 * Keycloak in production mode with two realms, each a rival of its own: tuned (ES256, events kept, Organizations with the
 * address first), and as it comes (RS256). One server is both, in turns.
 * @param databaseUrl an empty database of its own
 */
export async function startKeycloak(
  databaseUrl: string,
  folder: string,
  say: (text: string) => void,
): Promise<[tuned: Rival, asItComes: Rival]> {
  say('Installing Keycloak, if it is not there …');
  const { home, javaHome } = await installKeycloak();
  await using stack = new AsyncDisposableStack();
  const contoso = await startContoso();
  stack.defer(contoso.stop);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const database = new URL(databaseUrl);
  const administrator = { name: 'admin', password: 'of-a-realm-on-loopback' };
  const words = ['start', '--optimized', '--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`];
  const server = await startCommand('bash', [join(home, 'bin', 'kc.sh'), ...words, `--hostname=${origin}`], {
    cwd: home,
    environment: {
      JAVA_HOME: javaHome,
      JAVA_OPTS_KC_HEAP: '-Xms256m -Xmx1g',
      KC_BOOTSTRAP_ADMIN_USERNAME: administrator.name,
      KC_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
      KC_CACHE: 'local',
      KC_DB_URL: `jdbc:postgresql://${database.host}${database.pathname}`,
      KC_DB_USERNAME: decodeURIComponent(database.username),
      KC_DB_PASSWORD: decodeURIComponent(database.password),
      KC_DB_POOL_MAX_SIZE: String(CONNECTIONS),
    },
    answers: `${origin}/realms/master`,
    log: join(folder, 'keycloak.log'),
    minutes: 15, // its first start makes the tables
  });
  stack.defer(server.stop);
  const pid = listenerOf(port);
  if (pid === undefined) throw new Error('Keycloak listens, but its process is not found');
  const admin = keycloakAdmin(origin, administrator);
  await addTunedRealm(admin, contoso, origin);
  await addPlainRealm(admin);
  const all = stack.move();
  const application = { clientId: 'bench', secret: SECRET };
  const base = {
    scope: 'openid profile email',
    tree: () => processTree(pid),
    restart: undefined,
    databaseUrl,
  };
  const tuned: Rival = {
    ...base,
    key: 'keycloak',
    name: `Keycloak ${VERSION}, ES256, events kept`,
    issuer: `${origin}/realms/${TUNED}`,
    applications: {
      silent: application,
      refresh: application,
      userinfo: application,
      introspection: application,
      federated: application,
    },
    plan: {
      people: PEOPLE,
      ownAddresses: false,
      steps: [
        AT_CONTOSO,
        // Shown once: its profile wants two names, and Contoso states one.
        { fill: { firstName: 'Person', lastName: '{n}' } },
        { fill: { username: ADDRESS } },
      ],
    },
    stop: async () => all.disposeAsync(),
  };
  const asItComes: Rival = {
    ...base,
    key: 'keycloak-as-it-comes',
    name: `Keycloak ${VERSION} as it comes (RS256)`,
    issuer: `${origin}/realms/${AS_IT_COMES}`,
    applications: { 'silent-rs256': application },
    plan: { people: 1, ownAddresses: false, steps: [{ fill: { username: PERSON.username, password: PASSWORD } }] },
    stop: () => Promise.resolve(),
  };
  return [tuned, asItComes];
}
