import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../demo/free-port.ts';
import type { ApplicationDrive } from '../../program.ts';
import { installFromNpm, installFromPip } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

const MOST_LOOKS = 240;
const LOOK_MS = 250;

export const jupyterhub: ApplicationDrive = {
  preset,
  needs: ['Python'],
  async install(folder) {
    await installFromPip(folder, `jupyterhub==${preset.version}`, 'oauthenticator==17.4.0');
    await mkdir(join(folder, 'proxy'));
    await installFromNpm(join(folder, 'proxy'), 'configurable-http-proxy@5.3.0');
  },
  async start({ folder, data, app, blocks: [configuration = ''] }) {
    const [hub, proxy] = [await freePort(), await freePort()];
    const command = join(folder, 'proxy', 'node_modules', '.bin', 'configurable-http-proxy');
    const ground = `c.JupyterHub.bind_url = '${app}'
c.JupyterHub.hub_bind_url = 'http://127.0.0.1:${hub}'
c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:${proxy}'
c.ConfigurableHTTPProxy.command = ['${command}']
c.JupyterHub.spawner_class = 'simple'
c.JupyterHub.redirect_to_server = False`;
    await writeFile(join(data, 'jupyterhub_config.py'), `${ground}\n\n${configuration}\n`);
    const running = await startCommand(join(folder, 'bin', 'jupyterhub'), ['-f', 'jupyterhub_config.py'], {
      cwd: data,
      answers: app,
      log: join(data, 'jupyterhub.log'),
    });
    // The proxy answers with 404 until the hub has told it where it is.
    for (let looks = 0; looks < MOST_LOOKS && !(await fetch(`${app}/hub/health`)).ok; looks += 1) await pause(LOOK_MS);
    return running;
  },
  async logIn(page, app) {
    await page.goto(`${app}/hub/login`);
    const login = page
      .getByRole('link', { name: /^Sign in with/ })
      .or(page.getByRole('button', { name: /^Sign in with/ }));
    if (page.url().includes('/hub/login')) await login.click();
  },
  isIn: async (page, email) => (await page.getByText(email).count()) > 0,
  logOut: async (page, app) => void (await page.goto(`${app}/hub/logout`)),
};
