import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProviderDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { settings } from './settings.ts';

const program = fileURLToPath(new URL('program/provider.py', import.meta.url));

export const canaille: ProviderDrive = {
  settings,
  install: async (folder) => installFromPip(folder, `canaille[front,oidc,sqlite]==${settings.version}`),
  async start({ folder, data, port, clients, people }) {
    const origin = `http://127.0.0.1:${port}`;
    const configuration = join(data, 'configuration.json');
    const database = join(data, 'canaille.sqlite');
    const secretKey = 'of-a-site-on-loopback';
    await writeFile(configuration, JSON.stringify({ port, clients, people, secretKey, database }));
    const { stop } = await startCommand(join(folder, 'bin', 'python'), [program, configuration], {
      cwd: data,
      answers: `${origin}/.well-known/openid-configuration`,
      log: join(data, 'canaille.log'),
    });
    return { discoveryUrl: origin, origin, stop };
  },
  async act(page, person) {
    const [login, password] = [page.locator('input[name=login]'), page.locator('input[name=password]')];
    if ((await page.locator('#accept').count()) > 0) await page.locator('#accept').click();
    else if ((await password.count()) > 0) {
      await password.fill(person.password);
      await password.press('Enter');
    } else {
      await login.fill(person.userName);
      await login.press('Enter');
    }
  },
  ways: { usual: 'client_secret_basic', other: 'client_secret_post' },
  not: { 'without a secret, ID token': 'it has no response mode `form_post`.' },
  expected: {},
};
