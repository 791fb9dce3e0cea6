import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

export const streamlit: ApplicationDrive = {
  preset,
  needs: ['Python'],
  install: async (folder) => installFromPip(folder, `streamlit[auth]==${preset.version}`),
  async start({ folder, data, port, app, blocks: [secrets = '', script = ''] }) {
    await mkdir(join(data, '.streamlit'));
    await writeFile(join(data, '.streamlit', 'secrets.toml'), secrets);
    await writeFile(join(data, 'figures.py'), `${script}\nst.title("Figures")\n`);
    const words = ['run', 'figures.py', '--server.address=127.0.0.1', `--server.port=${port}`];
    const quietly = ['--server.headless=true', '--browser.gatherUsageStats=false', '--server.fileWatcherType=none'];
    return startCommand(join(folder, 'bin', 'streamlit'), [...words, ...quietly], {
      cwd: data,
      answers: `${app}/_stcore/health`,
      log: join(data, 'streamlit.log'),
    });
  },
  async logIn(page, app) {
    await page.goto(app);
    const [login, logout] = [
      page.getByRole('button', { name: 'Log in' }),
      page.getByRole('button', { name: 'Log out' }),
    ];
    await login.or(logout).waitFor();
    if ((await login.count()) > 0) await login.click();
  },
  isIn: async (page, email) => (await page.getByText(email).count()) > 0,
  async logOut(page, app) {
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.waitForURL((url) => url.origin !== app); // its pages run over a socket
  },
};
