import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../demo/free-port.ts';
import type { Rival } from '../../beside/rival.ts';
import { REDIRECT, type Application } from '../../contenders.ts';
import { processTree } from '../../load/process-tree.ts';
import { AT_CONTOSO, PEOPLE, startContoso } from '../contoso.ts';
import { startInstalled } from '../start-installed.ts';

/** Ory Polis between an application and Contoso, on its own tables. It has no page of its own: people are sent on at once. */
export async function startPolis(databaseUrl: string, folder: string): Promise<Rival> {
  await using stack = new AsyncDisposableStack();
  const contoso = await startContoso('localhost'); // it takes providers without TLS by this name alone
  stack.defer(contoso.stop);
  const port = await freePort();
  const upstream = { discoveryUrl: `${contoso.issuer}/.well-known/openid-configuration`, ...CREDENTIAL };
  await contoso.register({ ...CREDENTIAL, redirectUris: [`http://127.0.0.1:${port}/api/oauth/oidc`] });
  const registered = join(folder, 'polis-registered.json');
  const program = await startInstalled(
    new URL('program/provider.mjs', import.meta.url),
    { port, databaseUrl, redirectUri: REDIRECT, upstream, registered },
    { ready: '/.well-known/openid-configuration', folder },
  );
  stack.defer(program.stop);
  const application = JSON.parse(await readFile(registered, 'utf8')) as Application;
  const all = stack.move();
  return {
    key: 'polis',
    name: 'Ory Polis',
    issuer: program.origin,
    applications: { federated: application },
    plan: { people: PEOPLE, ownAddresses: false, steps: [AT_CONTOSO] },
    scope: 'openid profile email',
    tree: () => processTree(program.pid),
    restart: undefined,
    databaseUrl,
    stop: async () => all.disposeAsync(),
  };
}

const CREDENTIAL = { clientId: 'polis', clientSecret: 'known-to-polis-and-to-contoso' };
