import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

export const flaskOidc: ApplicationDrive = {
  preset,
  needs: ['Python'],
  install: async (folder) => installFromPip(folder, `flask-oidc==${preset.version}`, 'Flask==3.1.3', 'Authlib==1.9.10'),
  async start({ folder, data, port, app, blocks: [secrets = '', site = ''] }) {
    const [ground, pages] = await Promise.all(['ground', 'parcels'].map(partOfSite));
    await writeFile(join(data, 'client_secrets.json'), secrets);
    await writeFile(join(data, 'site_of_parcels.py'), [ground, site, pages].join('\n\n'));
    const words = ['--app=site_of_parcels', 'run', '--host=127.0.0.1', `--port=${port}`];
    return startCommand(join(folder, 'bin', 'flask'), words, { cwd: data, answers: app, log: join(data, 'flask.log') });
  },
  logIn: async (page, app) => void (await page.goto(`${app}/parcels`)),
  isIn: async (page, email) => (await page.getByText(email).count()) > 0,
  logOut: async (page) => page.getByRole('link', { name: 'Log out' }).click(),
};

async function partOfSite(name: string): Promise<string> {
  return readFile(new URL(`program/${name}.py`, import.meta.url), 'utf8');
}
