import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { exportJWK, generateKeyPair } from 'jose';
import type { Client, Person, ProviderDrive } from '../../program.ts';
import { installFromDebian } from '../../stage/install.ts';
import { runCommand, startCommand } from '../../stage/run-command.ts';
import { settings } from './settings.ts';

const PACKAGES = [
  'glewlwyd',
  'glewlwyd-common',
  'libjs-jquery',
  'libjs-bootstrap4',
  'libjs-popper.js',
  'fonts-fork-awesome',
];
// It serves no file that a link leads to outside of its folder, and the package's pages are such links.
const GATHER = `
ln -sfn ../../../../etc/glewlwyd/config-2.7.json/config.json usr/share/glewlwyd/webapp/config.json
cp -rL usr/share/glewlwyd/webapp webapp`;
const ADMINISTRATOR = { username: 'admin', password: 'password' };
const SCOPES = ['openid', 'profile', 'email'];
const MODULES = {
  user: 'user',
  user_middleware: 'user_middleware',
  client: 'client',
  user_auth_scheme: 'scheme',
  plugin: 'plugin',
};

export const glewlwyd: ProviderDrive = {
  settings,
  async install(folder) {
    await installFromDebian(folder, ...PACKAGES);
    await runCommand('bash', ['-c', GATHER], { cwd: folder });
    await mkdir(join(folder, 'usr/lib/glewlwyd/user_middleware'), { recursive: true });
  },
  async start({ folder, data, port, clients, people }) {
    const origin = `http://127.0.0.1:${port}`;
    const tables = await readFile(join(folder, 'usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz'));
    using database = new DatabaseSync(join(data, 'glewlwyd.db'));
    database.exec(gunzipSync(tables).toString());
    const configuration = join(data, 'glewlwyd.conf');
    await writeFile(configuration, await configured(folder, origin, join(data, 'glewlwyd.db')));
    const running = await startCommand(join(folder, 'usr/bin/glewlwyd'), [`--config-file=${configuration}`], {
      environment: { LD_LIBRARY_PATH: join(folder, 'usr/lib/x86_64-linux-gnu') },
      answers: `${origin}/config/`,
      log: join(data, 'glewlwyd.log'),
    });
    await administer(origin, clients, people);
    return { discoveryUrl: `${origin}/api/oidc`, origin, stop: running.stop };
  },
  async act(page, person) {
    await page.waitForLoadState('networkidle'); // its page asks for itself what to show
    const password = page.locator('input#password:visible');
    if ((await password.count()) > 0) {
      await page.locator('input#username').fill(person.userName);
      await password.fill(person.password);
      await page.locator('#loginbut').click();
      return;
    }
    const scopes = page.locator('input[id^=grant-]:visible');
    for (const scope of await scopes.all()) await scope.check();
    await page.locator((await scopes.count()) > 0 ? '.card-body .btn-primary' : '.card-footer .btn-success').click();
  },
  ways: { usual: 'client_secret_basic', other: 'client_secret_post' },
  not: {},
  expected: {},
};

/** The package's own sample, at another place, address and database. */
async function configured(folder: string, origin: string, database: string): Promise<string> {
  const sample = await runCommand('zcat', [join(folder, 'usr/share/doc/glewlwyd/glewlwyd.conf.sample.gz')]);
  const { port, hostname } = new URL(origin);
  const changed: Record<string, string> = {
    port,
    external_url: `"${origin}"`,
    static_files_path: `"${join(folder, 'webapp')}/"`,
    cookie_domain: `"${hostname}"`,
    cookie_secure: '0',
  };
  for (const [name, place] of Object.entries(MODULES)) {
    changed[`${name}_module_path`] = `"${join(folder, 'usr/lib/glewlwyd', place)}"`;
  }
  return Object.entries(changed)
    .reduce((text, [name, value]) => text.replace(new RegExp(`^${name}=.*$`, 'm'), `${name}=${value}`), sample)
    .replace('/var/cache/glewlwyd/glewlwyd.db', database)
    .replace(/^#?bind_address.*$/m, `bind_address="${hostname}"`);
}

/** What an administrator there would click, by its own API. */
async function administer(origin: string, clients: readonly Client[], people: readonly Person[]): Promise<void> {
  let cookie = '';
  const call = async (method: string, path: string, body: object): Promise<Response> => {
    const headers = { cookie, 'content-type': 'application/json' };
    const answer = await fetch(`${origin}/api${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const { headers } = await call('POST', '/auth/', ADMINISTRATOR);
  cookie = headers.getSetCookie()[0]?.split(';')[0] ?? '';
  await call('POST', '/mod/plugin/', { ...PLUGIN, parameters: await pluginParameters(`${origin}/api/oidc`) });
  for (const scope of SCOPES) {
    const body = { name: scope, display_name: scope, password_required: true, password_max_age: 0, scheme: {} };
    await (scope === 'openid' ? call('PUT', '/scope/openid', body) : call('POST', '/scope/', body));
  }
  for (const { userName, givenName, familyName, email, password } of people) {
    const name = `${givenName} ${familyName}`;
    await call('POST', '/user/', { username: userName, name, email, password, enabled: true, scope: SCOPES });
  }
  for (const { id, secret, redirectUri, way, scopes, idToken } of clients) {
    await call('POST', '/client/', {
      client_id: id,
      name: 'Gatehouse',
      enabled: true,
      confidential: secret !== null,
      ...(secret === null ? {} : { client_secret: secret }),
      redirect_uri: [redirectUri],
      authorization_type: [idToken ? 'id_token' : 'code'],
      token_endpoint_auth_method: [way === 'usual' ? 'client_secret_basic' : way],
      scope: scopes,
    });
  }
}

const PLUGIN = {
  module: 'oidc',
  name: 'oidc',
  display_name: 'OpenID Connect',
  order_rank: 0,
  readonly: false,
  enabled: true,
};

async function pluginParameters(issuer: string): Promise<object> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return {
    iss: issuer,
    'jwt-type': 'rsa',
    'jwt-key-size': '256',
    'jwks-private': JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', kid: 'of-this-run' }] }),
    'jwks-show': true,
    'access-token-duration': 3600,
    'refresh-token-duration': 1_209_600,
    'code-duration': 600,
    'refresh-token-rolling': false,
    'allow-non-oidc': false,
    'auth-type-code-enabled': true,
    'auth-type-implicit-enabled': true,
    'auth-type-refresh-enabled': true,
    'pkce-allowed': true,
    'pkce-method-plain-allowed': false,
    'subject-type': 'public',
    'name-claim': 'on-demand',
    'name-claim-scope': ['profile'],
    'email-claim': 'on-demand',
    'email-claim-scope': ['email'],
    claims: [],
  };
}
