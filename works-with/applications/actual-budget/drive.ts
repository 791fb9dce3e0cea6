import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApplicationDrive } from '../../program.ts';
import { buildNative, installFromNpm } from '../../stage/install.ts';
import { readEnvironment, startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

export const actualBudget: ApplicationDrive = {
  preset,
  needs: ['C++'],
  async install(folder) {
    await installFromNpm(folder, `@actual-app/sync-server@${preset.version}`);
    await buildNative(folder, 'better-sqlite3');
  },
  async start({ folder, data, port, app, blocks: [settings = ''] }) {
    const program = join(folder, 'node_modules/@actual-app/sync-server/build/bin/actual-server.js');
    const own = { ACTUAL_HOSTNAME: '127.0.0.1', ACTUAL_PORT: String(port), ACTUAL_DATA_DIR: data };
    const environment = { ...readEnvironment(settings), ...own };
    return startCommand('node', [program], { cwd: data, environment, answers: app, log: join(data, 'actual.log') });
  },
  async logIn(page, app) {
    await waitForRoom(app);
    await page.goto(app);
    const button = page.getByRole('button', { name: /OpenID/i });
    await button.or(page.getByText('Server online')).first().waitFor();
    if (await button.isVisible()) await button.click();
  },
  isIn: async (page, email) => (await page.locator('body').innerText()).includes(email),
  async logOut(page) {
    await page.getByText('Server online').click();
    await page.getByText(/^(Sign|Log) out$/).click();
  },
};

/** It answers an address 500 times a minute; a visit takes two hundred. */
async function waitForRoom(app: string): Promise<void> {
  const { headers } = await fetch(`${app}/account/needs-bootstrap`);
  const [left, seconds] = ['ratelimit-remaining', 'ratelimit-reset'].map((name) => Number(headers.get(name)));
  if ((left ?? 0) < 300) await pause(((seconds ?? 60) + 1) * 1000);
}
