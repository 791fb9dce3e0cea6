import { freePort } from '../../../demo/free-port.ts';
import type { Rival } from '../../beside/rival.ts';
import { CONNECTIONS, REDIRECT } from '../../contenders.ts';
import { processTree } from '../../load/process-tree.ts';
import { startInstalled } from '../start-installed.ts';

const client = { id: 'bench', secret: 'a secret of the bench, long enough', redirectUri: REDIRECT };
const person = { email: 'person@contoso.example', password: 'a calm harbour at dawn' };

/** better-auth's OAuth provider on its own tables, signing by ES256, its one application trusted and cached. Silent logins alone. */
export async function startBetterAuth(databaseUrl: string, folder: string): Promise<Rival> {
  const program = await startInstalled(
    new URL('program/provider.mjs', import.meta.url),
    { port: await freePort(), databaseUrl, connections: CONNECTIONS, client, person },
    { ready: '/ready', folder },
  );
  return {
    key: 'better-auth',
    name: 'better-auth',
    issuer: `${program.origin}/api/auth`,
    applications: { silent: { clientId: client.id, secret: client.secret } },
    plan: { people: 1, ownAddresses: false, steps: [{ fill: person }] },
    scope: 'openid profile email',
    tree: () => processTree(program.pid),
    restart: undefined,
    databaseUrl,
    stop: async () => program.stop(),
  };
}
