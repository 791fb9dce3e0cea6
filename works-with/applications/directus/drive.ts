import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromNpm } from '../../stage/install.ts';
import { readEnvironment, runCommand, startCommand } from '../../stage/run-command.ts';
import { startPostgres } from '../../stage/start-postgres.ts';
import { preset } from './settings.ts';

/** The first one that comes built for our Node; Directus asks for an older one that would have to be compiled. */
const ISOLATED_VM = 'isolated-vm@7.0.1';

const OPERATOR = { email: 'operator@northwind.example.com', password: 'of-a-site-on-loopback' };
const ROLE = 'b3f1c2d4-5a6b-4c7d-8e9f-0a1b2c3d4e5f';

export const directus: ApplicationDrive = {
  preset,
  needs: [],
  answers: { role: ROLE },
  async install(folder) {
    await installFromNpm(folder, `directus@${preset.version}`, ISOLATED_VM);
    await rm(join(folder, 'node_modules/@directus/api/node_modules/isolated-vm'), { recursive: true, force: true });
  },
  async start({ folder, data, port, app, blocks: [settings = ''] }) {
    const database = await startPostgres(data);
    const program = join(folder, 'node_modules/directus/cli.js');
    await mkdir(join(data, 'extensions'));
    const environment = {
      ...readEnvironment(settings),
      HOST: '127.0.0.1',
      PORT: String(port),
      DB_CLIENT: 'pg',
      DB_CONNECTION_STRING: database.url,
      SECRET: 'of-a-site-on-loopback-for-one-run',
      ADMIN_EMAIL: OPERATOR.email,
      ADMIN_PASSWORD: OPERATOR.password,
      TELEMETRY: 'false',
    };
    try {
      const how = { cwd: data, environment };
      await runCommand('node', [program, 'bootstrap'], how);
      const log = join(data, 'directus.log');
      const started = await startCommand('node', [program, 'start'], { ...how, answers: `${app}/server/ping`, log });
      await addRole(app);
      return {
        async stop() {
          await started.stop();
          await database.stop();
        },
      };
    } catch (error) {
      await database.stop();
      throw error;
    }
  },
  async logIn(page, app) {
    await page.goto(`${app}/admin`);
    const button = page.getByRole('link', { name: /Gatehouse/ });
    // Who is in already sees one of several pages, none of which has it.
    await button.waitFor({ timeout: 15_000 }).catch(() => undefined);
    if (await button.isVisible()) await button.click();
  },
  async isIn(page, email) {
    const me = await page.request.get(new URL('/users/me?fields=email', page.url()).href);
    return me.ok() && (await me.text()).includes(email);
  },
  async logOut(page, app) {
    await page.goto(`${app}/admin/logout`);
  },
};

/** What an administrator there would click, by its own API. */
async function addRole(app: string): Promise<void> {
  const send = async (path: string, body: object, token = ''): Promise<string> => {
    const answer = await fetch(`${app}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return text;
  };
  const { data } = JSON.parse(await send('/auth/login', OPERATOR)) as { data: { access_token: string } };
  const policy = { id: ROLE, name: 'Readers', app_access: true };
  await send('/policies', policy, data.access_token);
  await send('/roles', { id: ROLE, name: 'Readers', policies: [{ policy: ROLE }] }, data.access_token);
}
