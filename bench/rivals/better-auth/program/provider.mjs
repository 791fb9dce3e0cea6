// better-auth's OAuth provider on PostgreSQL: node provider.mjs CONFIGURATION.json, with the packages in the folder it stands in.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';
import pg from 'pg';

const { port, databaseUrl, connections, client, person } = JSON.parse(await readFile(process.argv[2], 'utf8'));
const origin = `http://127.0.0.1:${port}`;
const pool = new pg.Pool({ connectionString: databaseUrl, max: connections, keepAlive: true });
let isReady = false;
const auth = betterAuth({
  baseURL: origin,
  secret: 'of-a-site-on-loopback, long enough for it',
  database: pool,
  emailAndPassword: { enabled: true },
  disabledPaths: ['/token'],
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [
    jwt({ jwks: { keyPairConfig: { alg: 'ES256' } } }),
    oauthProvider({
      loginPage: '/log-in',
      consentPage: '/consent',
      generateClientId: () => client.id,
      generateClientSecret: () => client.secret,
      cachedTrustedClients: new Set([client.id]),
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
});
const { runMigrations } = await getMigrations(auth.options);
await runMigrations();

const handler = toNodeHandler(auth);
const PAGE = `<!doctype html><title>Log in</title><form method="post">
  <input name="email" type="email"><input name="password" type="password"><button>Log in</button></form>`;

createServer((request, response) => void answer(request, response)).listen(port, '127.0.0.1', () => void seed());

async function answer(request, response) {
  const { pathname, search } = new URL(request.url, origin);
  if (pathname === '/ready') response.writeHead(isReady ? 200 : 503).end();
  else if (pathname !== '/log-in') await handler(request, response);
  else if (request.method === 'GET') response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
  else {
    const parts = [];
    for await (const part of request) parts.push(part);
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()));
    const made = await post('/sign-in/email', { ...form, oauth_query: search.slice(1) });
    const { url, redirect_uri: uri } = await made.json();
    response.writeHead(303, { 'set-cookie': made.headers.getSetCookie(), location: url ?? uri ?? '/' }).end();
  }
}

async function post(path, body, cookie = '') {
  const headers = { 'content-type': 'application/json', origin, cookie };
  const answered = await fetch(`${origin}/api/auth${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answered.ok) throw new Error(`${path}: ${answered.status} ${await answered.text()}`);
  return answered;
}

/** One person and one application, which asks nobody for consent. */
async function seed() {
  const made = await post('/sign-up/email', { ...person, name: 'Person' });
  const cookie = made.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const redirectUris = ['https://gatehouse.example/'];
  await post('/oauth2/create-client', { redirect_uris: redirectUris, scope: 'openid profile email' }, cookie);
  // It registers https alone, and nothing on loopback: put in its place where it is kept.
  await pool.query('update "oauthClient" set "redirectUris" = $1, "skipConsent" = true', [
    JSON.stringify([client.redirectUri]),
  ]);
  isReady = true;
}
