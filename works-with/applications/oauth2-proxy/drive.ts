import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromGo } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

/** The link *Log out* of the one that runs. */
let logOutAt = '';

export const oauth2Proxy: ApplicationDrive = {
  preset,
  needs: ['Go'],
  install: async (folder) => installFromGo(folder, `github.com/oauth2-proxy/oauth2-proxy/v7@v${preset.version}`),
  async start({ folder, data, port, app, blocks: [settings = '', link = ''] }) {
    // The web server behind it; it is told who came.
    const behind = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<title>Behind</title><p>Hello ${String(request.headers['x-forwarded-email'])}</p>`);
    });
    behind.listen(0, '127.0.0.1');
    await once(behind, 'listening');
    const upstream = `http://127.0.0.1:${(behind.address() as AddressInfo).port}/`;
    const own = [`http_address = "127.0.0.1:${port}"`, `upstreams = ["${upstream}"]`, 'cookie_secure = false'];
    const file = join(data, 'oauth2-proxy.cfg');
    await writeFile(file, [settings, ...own, ''].join('\n'));
    logOutAt = link;
    const program = await startCommand(join(folder, 'bin', 'oauth2-proxy'), ['--config', file], {
      answers: `${app}/ping`,
      log: join(data, 'oauth2-proxy.log'),
    });
    return {
      async stop() {
        await program.stop();
        behind.close();
        behind.closeAllConnections();
      },
    };
  },
  async logIn(page, app) {
    await page.goto(app);
    const button = page.getByRole('button', { name: /Sign in with/ });
    if ((await button.count()) > 0) await button.click();
  },
  isIn: async (page, email) => (await page.locator('body').innerText()).includes(`Hello ${email}`),
  logOut: async (page) => void (await page.goto(logOutAt)),
};
