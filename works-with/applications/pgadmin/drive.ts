import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

export const pgadmin: ApplicationDrive = {
  preset,
  needs: ['Python'],
  install: async (folder) => installFromPip(folder, `pgadmin4==${preset.version}`),
  async start({ folder, data, port, app, blocks: [settings = ''] }) {
    const ground = `SERVER_MODE = True
DATA_DIR = '${data}'
DEFAULT_SERVER = '127.0.0.1'
DEFAULT_SERVER_PORT = ${port}
UPGRADE_CHECK_ENABLED = False
MASTER_PASSWORD_REQUIRED = False
ALLOW_SPECIAL_EMAIL_DOMAINS = ['example']`;
    await writeFile(join(data, 'config_local.py'), `${ground}\n\n${settings}\n`);
    return startCommand(join(folder, 'bin', 'pgadmin4'), [], {
      cwd: data,
      environment: {
        PYTHONPATH: data,
        PGADMIN_SETUP_EMAIL: 'anna@northwind.example',
        PGADMIN_SETUP_PASSWORD: 'a calm harbour at dawn',
      },
      answers: `${app}/misc/ping`,
      log: join(data, 'pgadmin.log'),
    });
  },
  async logIn(page, app) {
    await page.goto(app);
    const login = page.getByRole('button', { name: /Single sign-on/ });
    const menu = page.locator('[data-test="loggedin-username"], #root');
    await login.or(menu).first().waitFor();
    if (page.url().includes('/login')) await login.click();
  },
  isIn: async (page, email) => (await page.getByText(email).count()) > 0,
  async logOut(page, app) {
    await page.goto(`${app}/oauth2/logout`);
  },
};
