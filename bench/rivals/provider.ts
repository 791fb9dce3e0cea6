/**
 * oidc-provider as most people run it, in a process of its own, for comparison: ES256, PKCE, one application without
 * consent (also one by RS256, and one that refreshes with rotation), everybody logged in without a question. Prints one JSON line when ready.
 *
 *   node bench/rivals/provider.ts '{"adapter": "table", "databaseUrl": "postgres://…", "client": {…}}'
 */
import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider, type AdapterFactory, type ClientMetadata } from 'oidc-provider';
import { z } from 'zod';
import { announce, readConfig } from '../../demo/providers/process-edge.ts';
import { type Exchange, listen } from '../../src/stand-ins/small-server.ts';
import { batchingAdapter } from './batching-adapter.ts';
import { machineClients, machineFeatures } from './machine-settings.ts';
import { mapAdapter } from './map-adapter.ts';
import { tableAdapter } from './table-adapter.ts';

const config = readConfig(
  z.object({
    port: z.int().default(0),
    adapter: z.enum(['map', 'table', 'batching']),
    databaseUrl: z.string().default(''),
    connections: z.int().default(12),
    /** Keeps statements prepared. */
    prepared: z.boolean().default(false),
    /** Applications of their own for machines and devices, and where they are: in the settings or in the table. */
    machines: z.enum(['none', 'in settings', 'in table']).default('none'),
    /** Kept over a restart, so that sessions are, too. */
    cookieKey: z.string().default('a cookie key of the bench'),
    client: z.object({ id: z.string(), secret: z.string(), redirectUri: z.string() }),
  }),
);
const HOUR = 3600;
const keys = await Promise.all(
  ['ES256', 'RS256'].map(async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(privateKey)), kid: alg, alg, use: 'sig' };
  }),
);
const server = await listen(route, { host: '127.0.0.1', port: config.port });
const adapter = await openAdapter();
const machines = config.machines === 'none' ? [] : machineClients(config.client.secret);
if (config.machines === 'in table') {
  for (const each of machines) await adapter('Client').upsert(each.client_id, { ...each }, 0);
}
const provider = new Provider(server.origin, {
  adapter,
  clients: [
    ...(config.machines === 'in settings' ? machines : []),
    webClient(config.client.id, 'ES256', []),
    webClient('rs256', 'RS256', []),
    webClient('refresh', 'ES256', ['refresh_token']),
  ],
  jwks: { keys },
  cookies: { keys: [config.cookieKey] },
  responseTypes: ['code'],
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256'] },
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => Promise.resolve({ sub: id, name: id, email: `${id}@contoso.example`, email_verified: true }),
  }),
  async loadExistingGrant(ctx) {
    const { provider: owner, session, client } = ctx.oidc;
    const known = session?.grantIdFor(client?.clientId ?? '');
    if (known !== undefined) return owner.Grant.find(known);
    const grant = new owner.Grant({ accountId: session?.accountId ?? '', clientId: client?.clientId ?? '' });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: { enabled: true },
    introspection: { enabled: true },
    ...(config.machines === 'none' ? {} : machineFeatures),
  },
  issueRefreshToken: (_ctx, client) => Promise.resolve(client.grantTypeAllowed('refresh_token')),
  rotateRefreshToken: true,
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  ttl: {
    AccessToken: HOUR,
    AuthorizationCode: 60,
    Grant: 12 * HOUR,
    IdToken: HOUR,
    Interaction: HOUR,
    RefreshToken: 12 * HOUR,
    Session: 12 * HOUR,
  },
});
const handle = provider.callback();
announce({ origin: server.origin, issuer: server.origin });

async function route({ request, response, url }: Exchange): Promise<void> {
  if (!url.pathname.startsWith('/interaction/')) return handle(request, response);
  const accountId = `person-${randomBytes(4).toString('hex')}`;
  await provider.interactionFinished(request, response, { login: { accountId } });
}

async function openAdapter(): Promise<AdapterFactory> {
  if (config.adapter === 'map') return mapAdapter();
  if (config.adapter === 'batching') return batchingAdapter(config.databaseUrl, config.connections);
  return tableAdapter(config.databaseUrl, config.connections, config.prepared);
}

/** An application on a server, with the secret that all of them have. */
function webClient(id: string, algorithm: 'ES256' | 'RS256', moreGrants: readonly string[]): ClientMetadata {
  return {
    client_id: id,
    client_secret: config.client.secret,
    redirect_uris: [config.client.redirectUri],
    response_types: ['code'],
    grant_types: ['authorization_code', ...moreGrants],
    id_token_signed_response_alg: algorithm,
  };
}
