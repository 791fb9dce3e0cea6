import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProviderDrive } from '../../program.ts';
import { installFromNpm } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { settings } from './settings.ts';

const program = fileURLToPath(new URL('program/provider.mjs', import.meta.url));

export const betterAuth: ProviderDrive = {
  settings,
  install: async (folder) =>
    installFromNpm(folder, `better-auth@${settings.version}`, '@better-auth/oauth-provider@1.7.5'),
  async start({ folder, data, port, clients, people }) {
    const origin = `http://127.0.0.1:${port}`;
    // a copy beside the packages that it imports
    const copy = join(folder, 'provider.mjs');
    await cp(program, copy);
    const configuration = join(data, 'configuration.json');
    const secret = 'of-a-site-on-loopback, long enough for it';
    await writeFile(configuration, JSON.stringify({ port, clients, people, secret }));
    const { stop } = await startCommand('node', [copy, configuration], {
      answers: `${origin}/ready`, // once people and applications are there
      log: join(data, 'better-auth.log'),
    });
    return { discoveryUrl: `${origin}/api/auth`, origin, stop };
  },
  async act(page, person) {
    if ((await page.locator('input[name=email]').count()) > 0) {
      await page.locator('input[name=email]').fill(person.email);
      await page.locator('input[name=password]').fill(person.password);
    }
    await page.locator('button').click();
  },
  ways: { usual: 'client_secret_basic', other: 'client_secret_post' },
  not: { 'without a secret, ID token': 'it has no response type `id_token`.' },
  expected: {},
};
