/**
 * A bare relying party on openid-client, in a process of its own: what a federated login costs an application that speaks
 * to the provider itself, with its states and sessions in PostgreSQL. It is no OpenID Provider: it ends at its own session.
 *
 *   node bench/rivals/bare/relying-party.ts '{"port": 4001, "databaseUrl": "postgres://…", "issuer": "http://…", …}'
 */
import { randomBytes } from 'node:crypto';
import * as openid from 'openid-client';
import pg from 'pg';
import { z } from 'zod';
import { announce, readConfig } from '../../../demo/providers/process-edge.ts';
import { listen, type Exchange } from '../../../src/stand-ins/small-server.ts';

const config = readConfig(
  z.object({
    port: z.int(),
    databaseUrl: z.string(),
    connections: z.int(),
    issuer: z.string(),
    clientId: z.string(),
    clientSecret: z.string(),
    /** Where people are sent in the end, with `state` as it came. */
    redirectUri: z.string(),
  }),
);
const pool = new pg.Pool({ connectionString: config.databaseUrl, max: config.connections, keepAlive: true });
await pool.query(`create table if not exists waiting (state text primary key, verifier text, nonce text, back text);
  create table if not exists session (id text primary key, subject text not null, claims jsonb not null, made_at timestamptz not null)`);
const found = await fetch(`${config.issuer}/.well-known/openid-configuration`);
const metadata = (await found.json()) as openid.ServerMetadata;
const provider = new openid.Configuration(metadata, config.clientId, config.clientSecret);
// oxlint-disable-next-line typescript/no-deprecated -- marked deprecated by its author so that it stands out; Contoso has no TLS
openid.allowInsecureRequests(provider);
openid.enableNonRepudiationChecks(provider);
const server = await listen(route, { host: '127.0.0.1', port: config.port });
const callback = `${server.origin}/callback`;
announce({ origin: server.origin });

async function route({ response, url }: Exchange): Promise<void> {
  if (url.pathname === '/log-in') {
    const [state, nonce, verifier] = [openid.randomState(), openid.randomNonce(), openid.randomPKCECodeVerifier()];
    const values = [state, verifier, nonce, url.searchParams.get('state') ?? ''];
    await send('wait', 'insert into waiting (state, verifier, nonce, back) values ($1, $2, $3, $4)', values);
    const to = openid.buildAuthorizationUrl(provider, {
      redirect_uri: callback,
      scope: 'openid profile email',
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    response.writeHead(303, { location: to.href }).end();
    return;
  }
  if (url.pathname !== '/callback') {
    response.writeHead(404).end();
    return;
  }
  const state = url.searchParams.get('state') ?? '';
  const [waiting] = await send('redeem', 'delete from waiting where state = $1 returning verifier, nonce, back', [
    state,
  ]);
  if (waiting === undefined) {
    response.writeHead(400).end();
    return;
  }
  const tokens = await openid.authorizationCodeGrant(provider, url, {
    pkceCodeVerifier: String(waiting['verifier']),
    expectedNonce: String(waiting['nonce']),
    expectedState: state,
  });
  const claims = tokens.claims();
  const session = randomBytes(32).toString('base64url');
  await send('log in', 'insert into session (id, subject, claims, made_at) values ($1, $2, $3, $4)', [
    session,
    claims?.sub,
    claims,
    new Date(),
  ]);
  const back = new URL(config.redirectUri);
  back.searchParams.set('state', String(waiting['back']));
  response.writeHead(303, { location: back.href, 'set-cookie': `session=${session}; HttpOnly; Path=/` }).end();
}

async function send(name: string, text: string, values: unknown[]): Promise<Record<string, unknown>[]> {
  const { rows } = await pool.query<Record<string, unknown>>({ name, text, values });
  return rows;
}
