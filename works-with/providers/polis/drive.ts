import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../demo/free-port.ts';
import type { Client, ProviderDrive, RunningProvider } from '../../program.ts';
import { installFromNpm } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { nodeOidcProvider } from '../node-oidc-provider/drive.ts';
import { settings } from './settings.ts';

const program = fileURLToPath(new URL('program/provider.mjs', import.meta.url));
const BEHIND = { host: 'localhost', version: nodeOidcProvider.settings.version };

/** It stands before another provider, where people log in: node oidc-provider, which it takes without TLS on localhost alone. */
export const polis: ProviderDrive = {
  settings,
  install: async (folder) =>
    installFromNpm(folder, `@boxyhq/saml-jackson@${settings.version}`, `oidc-provider@${BEHIND.version}`),
  async start(given) {
    const { folder, data, port, clients } = given;
    await using stack = new AsyncDisposableStack();
    const origin = `http://127.0.0.1:${port}`;
    const atUpstream: Client = {
      id: 'polis',
      secret: 'known-to-polis-and-the-one-behind-it',
      redirectUri: `${origin}/api/oauth/oidc`,
      way: 'usual',
      scopes: ['openid', 'profile', 'email'],
      idToken: false,
    };
    const behind = { ...given, port: await freePort(), clients: [atUpstream], host: BEHIND.host };
    const upstream = await nodeOidcProvider.start(behind);
    stack.defer(upstream.stop);
    const copy = join(folder, 'polis.mjs'); // beside the package that it imports
    await cp(program, copy);
    const configuration = join(data, 'polis.json');
    const registered = join(data, 'registered.json');
    const { discoveryUrl } = upstream;
    const connected = { discoveryUrl, clientId: atUpstream.id, clientSecret: atUpstream.secret };
    await writeFile(configuration, JSON.stringify({ port, clients, upstream: connected, registered }));
    const running = await startCommand('node', [copy, configuration], {
      answers: `${origin}/.well-known/openid-configuration`,
      log: join(data, 'polis.log'),
    });
    stack.defer(running.stop);
    const made = JSON.parse(await readFile(registered, 'utf8')) as NonNullable<RunningProvider['made']>;
    const all = stack.move();
    return { discoveryUrl: origin, origin: upstream.origin, made, stop: async () => all.disposeAsync() };
  },
  act: nodeOidcProvider.act,
  ways: { usual: 'client_secret_basic', other: null },
  not: {
    'without a secret, ID token': 'it answers with a code alone.',
    'the other authentication way': 'with a proof key (PKCE) it looks at no secret.',
    'wrong secret': 'with a proof key (PKCE) it looks at no secret.',
    'wrong authentication way': 'with a proof key (PKCE) it looks at no secret.',
    'missing scope': 'its connections have no scopes.',
  },
  expected: {},
};
