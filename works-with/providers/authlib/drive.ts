import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProviderDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { settings } from './settings.ts';

const program = fileURLToPath(new URL('program/provider.py', import.meta.url));

export const authlib: ProviderDrive = {
  settings,
  install: async (folder) => installFromPip(folder, `Authlib==${settings.version}`, 'Flask==3.1.2'),
  async start({ folder, data, port, clients, people }) {
    const origin = `http://127.0.0.1:${port}`;
    const configuration = join(data, 'configuration.json');
    const secretKey = 'of-a-site-on-loopback';
    await writeFile(configuration, JSON.stringify({ port, clients, people, secretKey }));
    const { stop } = await startCommand(join(folder, 'bin', 'python'), [program, configuration], {
      environment: { AUTHLIB_INSECURE_TRANSPORT: 'yes' }, // loopback has no https
      answers: `${origin}/.well-known/openid-configuration`,
      log: join(data, 'authlib.log'),
    });
    return { discoveryUrl: origin, origin, stop };
  },
  async act(page, person) {
    await page.locator('input[name=username]').fill(person.userName);
    await page.locator('input[name=password]').fill(person.password);
    await page.locator('button').click();
  },
  ways: { usual: 'client_secret_basic', other: 'client_secret_post' },
  not: { 'without a secret, ID token': 'it has no response mode `form_post`.' },
  expected: {},
};
