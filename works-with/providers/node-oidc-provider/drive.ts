import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProviderDrive } from '../../program.ts';
import { installFromNpm } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { settings } from './settings.ts';

const program = fileURLToPath(new URL('program/provider.mjs', import.meta.url));

export const nodeOidcProvider: ProviderDrive = {
  settings,
  install: async (folder) => installFromNpm(folder, `oidc-provider@${settings.version}`),
  async start({ folder, data, port, host = '127.0.0.1', clients, people }) {
    const origin = `http://${host}:${port}`;
    const copy = join(folder, 'provider.mjs'); // beside the package that it imports
    await cp(program, copy);
    const configuration = join(data, 'configuration.json');
    await writeFile(configuration, JSON.stringify({ port, host, clients, people }));
    const { stop } = await startCommand('node', [copy, configuration], {
      answers: `${origin}/.well-known/openid-configuration`,
      log: join(data, 'oidc-provider.log'),
    });
    return { discoveryUrl: origin, origin, stop };
  },
  async act(page, person) {
    if ((await page.locator('input[name=login]').count()) > 0) {
      await page.locator('input[name=login]').fill(person.userName);
      await page.locator('input[name=password]').fill(person.password);
    }
    await page.locator('button[type=submit]').first().click();
  },
  ways: { usual: 'client_secret_basic', other: null },
  not: {
    'without a secret, ID token': 'implicit clients must have https redirect URIs off loopback.',
    'the other authentication way': 'the way is not enforced between Basic and body.',
    'wrong authentication way': 'the way is not enforced between Basic and body.',
  },
  expected: {},
};
