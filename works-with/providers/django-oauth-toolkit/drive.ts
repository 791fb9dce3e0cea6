import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProviderDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { settings } from './settings.ts';

const program = fileURLToPath(new URL('program/provider.py', import.meta.url));

export const djangoOauthToolkit: ProviderDrive = {
  settings,
  install: async (folder) => installFromPip(folder, `django-oauth-toolkit==${settings.version}`, 'Django==5.2.19'),
  async start({ folder, data, port, clients, people }) {
    const origin = `http://127.0.0.1:${port}`;
    const configuration = join(data, 'configuration.json');
    const scopes = Object.fromEntries(clients.map(({ id, scopes: may }) => [id, may]));
    const secretKey = 'of-a-site-on-loopback';
    const database = join(data, 'site.sqlite3');
    await writeFile(configuration, JSON.stringify({ port, clients, people, scopes, secretKey, database }));
    const { stop } = await startCommand(join(folder, 'bin', 'python'), [program, configuration], {
      answers: `${origin}/o/.well-known/openid-configuration`,
      log: join(data, 'django.log'),
    });
    return { discoveryUrl: `${origin}/o`, origin, stop };
  },
  async act(page, person) {
    if ((await page.locator('input[name=username]').count()) > 0) {
      await page.locator('input[name=username]').fill(person.userName);
      await page.locator('input[name=password]').fill(person.password);
      await page.locator('button[type=submit]').click();
    } else await page.locator('input[name=allow]').click();
  },
  ways: { usual: 'client_secret_basic', other: null },
  not: {
    'without a secret, ID token': 'it has no response mode `form_post`.',
    'the other authentication way': 'both ways are taken from every application.',
    'wrong authentication way': 'both ways are taken from every application.',
  },
  expected: {},
};
