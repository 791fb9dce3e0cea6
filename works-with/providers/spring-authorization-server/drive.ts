import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client, ProviderDrive } from '../../program.ts';
import { runCommand, startCommand } from '../../stage/run-command.ts';
import { settings } from './settings.ts';

const program = fileURLToPath(new URL('program', import.meta.url));

export const springAuthorizationServer: ProviderDrive = {
  settings,
  async install(folder) {
    await cp(program, folder, { recursive: true });
    await runCommand('mvn', ['-B', '-q', 'package'], { cwd: folder });
  },
  async start({ folder, data, port, clients, people }) {
    const origin = `http://127.0.0.1:${port}`;
    const properties = {
      server: { address: '127.0.0.1', port },
      people: people.map(({ userName, password }) => `${userName}:${password}`).join(','),
      spring: {
        security: {
          oauth2: {
            authorizationserver: {
              client: Object.fromEntries(clients.map((client) => [client.id, registered(client)])),
            },
          },
        },
      },
    };
    const { stop } = await startCommand('java', ['-Xmx256m', '-jar', join(folder, 'target', 'provider-1.jar')], {
      environment: { SPRING_APPLICATION_JSON: JSON.stringify(properties) },
      answers: `${origin}/.well-known/openid-configuration`,
      log: join(data, 'spring.log'),
    });
    return { discoveryUrl: origin, origin, stop };
  },
  async act(page, person) {
    await page.locator('input[name=username]').fill(person.userName);
    await page.locator('input[name=password]').fill(person.password);
    await page.locator('button[type=submit]').click();
  },
  ways: { usual: 'client_secret_basic', other: 'client_secret_post' },
  not: { 'without a secret, ID token': 'it has no response type `id_token`.' },
  expected: {},
};

function registered(client: Client): object {
  const way = client.way === 'usual' ? 'client_secret_basic' : client.way;
  return {
    registration: {
      'client-id': client.id,
      ...(client.secret === null ? {} : { 'client-secret': `{noop}${client.secret}` }),
      'client-authentication-methods': [way],
      'authorization-grant-types': ['authorization_code'],
      'redirect-uris': [client.redirectUri],
      scopes: client.scopes,
    },
    'require-proof-key': true,
  };
}
