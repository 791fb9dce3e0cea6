import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromGo } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { startPostgres } from '../../stage/start-postgres.ts';
import { preset } from './settings.ts';

export const miniflux: ApplicationDrive = {
  preset,
  needs: ['Go'],
  install: async (folder) => installFromGo(folder, `miniflux.app/v2@v${preset.version}`),
  async start({ folder, data, port, app, blocks: [settings = ''] }) {
    const database = await startPostgres(data);
    const file = join(data, 'miniflux.conf');
    const own = [`DATABASE_URL=${database.url}`, 'RUN_MIGRATIONS=1', `LISTEN_ADDR=127.0.0.1:${port}`];
    await writeFile(file, [settings, ...own, ''].join('\n'));
    try {
      const words = ['-config-file', file];
      const log = join(data, 'miniflux.log');
      const program = await startCommand(join(folder, 'bin', 'miniflux.app'), words, {
        answers: `${app}/healthcheck`,
        log,
      });
      return {
        async stop() {
          await program.stop();
          await database.stop();
        },
      };
    } catch (error) {
      await database.stop();
      throw error;
    }
  },
  async logIn(page, app) {
    await page.goto(app);
    const link = page.getByRole('link', { name: /OpenID Connect/i });
    if ((await link.count()) > 0) await link.click();
  },
  isIn: async (page, email) => (await page.content()).includes(email),
  async logOut(page) {
    await page.locator('a[href$="/logout"], form[action$="/logout"] button').first().click();
  },
};
