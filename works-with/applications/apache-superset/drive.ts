import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { runCommand, startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

export const apacheSuperset: ApplicationDrive = {
  preset,
  needs: ['Python'],
  bounds: { gigabytes: 2, minutes: 20 }, // the tables of its database alone take two of them
  // What it imports without asking for it, and the last of a library that it still knows how to call.
  install: async (folder) =>
    installFromPip(
      folder,
      `apache-superset==${preset.version}`,
      'authlib==1.9.10',
      'rich==15.0.0',
      'cachetools==8.0.2',
      'flask-caching==2.3.1',
    ),
  async start({ folder, data, port, app, blocks: [settings = ''] }) {
    const configuration = join(data, 'superset_config.py');
    const ground = `SECRET_KEY = 'of-a-site-on-loopback-and-nowhere-else'
SQLALCHEMY_DATABASE_URI = 'sqlite:///${data}/superset.db'`;
    await writeFile(configuration, `${ground}\n\n${settings}\n`);
    const environment = { SUPERSET_CONFIG_PATH: configuration, SUPERSET_HOME: data, FLASK_APP: 'superset' };
    const superset = join(folder, 'bin', 'superset');
    await runCommand(superset, ['db', 'upgrade'], { cwd: data, environment });
    await runCommand(superset, ['init'], { cwd: data, environment });
    return startCommand(superset, ['run', '--host=127.0.0.1', `--port=${port}`, '--with-threads'], {
      cwd: data,
      environment,
      answers: `${app}/health`,
      log: join(data, 'superset.log'),
    });
  },
  async logIn(page, app) {
    await page.goto(`${app}/login/`);
    const login = page
      .getByRole('button', { name: /Sign in with/i })
      .or(page.getByRole('link', { name: /Sign in with/i }));
    if (page.url().includes('/login')) await login.first().click();
  },
  async isIn(page, email) {
    if (!new URL(page.url()).pathname.startsWith('/superset/')) return false;
    await page.waitForLoadState('networkidle'); // leaving its page while that loads ends in the middle
    const answer = await page.request.get(new URL('/api/v1/me/', page.url()).href);
    return answer.ok() && (await answer.text()).includes(email);
  },
  logOut: async (page, app) => void (await page.goto(`${app}/logout/`)),
};
