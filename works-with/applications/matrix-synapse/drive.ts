import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { ApplicationDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { runCommand, startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

/** Access tokens of Matrix, as a client of it would keep them. */
const tokens = new WeakMap<BrowserContext, string>();

const OFTEN = { per_second: 10, burst_count: 100 };

export const matrixSynapse: ApplicationDrive = {
  preset,
  needs: ['Python'],
  install: async (folder) => installFromPip(folder, `matrix-synapse[oidc]==${preset.version}`),
  async start({ folder, data, port, app, blocks: [providers = ''] }) {
    const python = join(folder, 'bin', 'python');
    await mkdir(join(data, 'conf'));
    const files = ['--config-path', 'conf/homeserver.yaml', '--config-path', 'conf/single-sign-on.yaml'];
    const ground = {
      server_name: 'northwind.example',
      public_baseurl: `${app}/`,
      report_stats: false,
      pid_file: join(data, 'homeserver.pid'),
      listeners: [{ port, type: 'http', bind_addresses: ['127.0.0.1'], resources: [{ names: ['client'] }] }],
      database: { name: 'sqlite3', args: { database: join(data, 'homeserver.db') } },
      media_store_path: join(data, 'media'),
      signing_key_path: join(data, 'signing.key'),
      macaroon_secret_key: 'of-a-homeserver-on-loopback',
      trusted_key_servers: [],
      rc_login: { address: OFTEN, account: OFTEN, failed_attempts: OFTEN }, // two people behind one address
      sso: { client_whitelist: [`${app}/_matrix/static/`] }, // the client of this drive: no page that asks about it
    };
    await writeFile(join(data, 'conf', 'homeserver.yaml'), JSON.stringify(ground));
    await writeFile(join(data, 'conf', 'single-sign-on.yaml'), providers);
    const module = ['-m', 'synapse.app.homeserver'];
    await runCommand(python, [...module, ...files, '--generate-keys'], { cwd: data });
    return startCommand(python, [...module, ...files], {
      cwd: data,
      answers: `${app}/_matrix/client/versions`,
      log: join(data, 'synapse.log'),
    });
  },
  async logIn(page, app) {
    tokens.delete(page.context());
    const back = encodeURIComponent(`${app}/_matrix/static/`);
    await page.goto(`${app}/_matrix/client/v3/login/sso/redirect/oidc-gatehouse?redirectUrl=${back}`);
  },
  async isIn(page, email) {
    const { origin, searchParams } = new URL(page.url());
    const loginToken = searchParams.get('loginToken');
    if (loginToken !== null && !tokens.has(page.context())) {
      const data = { type: 'm.login.token', token: loginToken };
      const { access_token: token } = await (
        await page.request.post(`${origin}/_matrix/client/v3/login`, { data })
      ).json();
      tokens.set(page.context(), String(token));
    }
    const answer = await ask(page, origin, 'account/3pid');
    return answer.ok() && (await answer.text()).includes(email);
  },
  logOut: async (page, app) => void (await ask(page, app, 'logout', {})),
};

/** One request of Matrix's client API, as the person. */
async function ask(page: Page, origin: string, path: string, data?: object): ReturnType<Page['request']['post']> {
  return page.request.fetch(`${origin}/_matrix/client/v3/${path}`, {
    method: data === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${tokens.get(page.context()) ?? ''}` },
    ...(data === undefined ? {} : { data }),
  });
}
