// Contoso's own site with better-auth: node provider.mjs CONFIGURATION.json, with the packages in the folder it stands in.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';

const { port, clients, people, secret } = JSON.parse(await readFile(process.argv[2], 'utf8'));
const origin = `http://127.0.0.1:${port}`;
const tables = ['user', 'session', 'account', 'verification', 'jwks', 'oauthClient', 'oauthClientResource'];
const more = ['oauthAccessToken', 'oauthRefreshToken', 'oauthConsent', 'oauthResource', 'oauthClientAssertion'];
const stored = Object.fromEntries([...tables, ...more].map((name) => [name, []]));
let next;
let isReady = false;
const auth = betterAuth({
  baseURL: origin,
  secret,
  database: memoryAdapter(stored),
  emailAndPassword: { enabled: true },
  disabledPaths: ['/token'],
  rateLimit: { enabled: false },
  plugins: [
    jwt(),
    oauthProvider({
      loginPage: '/log-in',
      consentPage: '/consent',
      generateClientId: () => next.id,
      generateClientSecret: () => next.secret,
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
});

// Pages that a site brings itself; they hand the signed query back.
const page = (
  fields,
  path,
  values,
) => `<!doctype html><title>Contoso</title><form>${fields}<button>Go on</button></form><script>
  document.forms[0].onsubmit = async (event) => {
    event.preventDefault();
    const entered = Object.fromEntries(new FormData(event.target));
    const body = JSON.stringify({ ...entered, ...${values}, oauth_query: location.search.slice(1) });
    const answer = await fetch('/api/auth${path}', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { url, redirect_uri: uri, message } = await answer.json();
    if (url ?? uri) location.href = url ?? uri;
    else document.body.append(message ?? answer.status);
  };
</script>`;
const credentials = '<input name="email" type="email"><input name="password" type="password">';
const handler = toNodeHandler(auth);
createServer((request, response) => {
  const { pathname } = new URL(request.url, origin);
  const html = { 'content-type': 'text/html; charset=utf-8' };
  if (pathname === '/ready') response.writeHead(isReady ? 200 : 503).end();
  else if (pathname === '/log-in') response.writeHead(200, html).end(page(credentials, '/sign-in/email', '{}'));
  else if (pathname === '/consent') response.writeHead(200, html).end(page('', '/oauth2/consent', '{ accept: true }'));
  else void handler(request, response);
}).listen(port, '127.0.0.1', () => void seed());

async function seed() {
  const post = async (path, body, cookie = '') => {
    const headers = { 'content-type': 'application/json', origin, cookie };
    const answer = await fetch(`${origin}/api/auth${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  let cookie = '';
  for (const { email, password, givenName, familyName } of people) {
    const answer = await post('/sign-up/email', { email, password, name: `${givenName} ${familyName}` });
    cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
  }
  for (const client of clients) {
    next = client;
    const { redirectUri, scopes, way } = client;
    const method = way === 'usual' ? {} : { token_endpoint_auth_method: way };
    const redirectUris = ['https://gatehouse.example/'];
    await post('/oauth2/create-client', { redirect_uris: redirectUris, scope: scopes.join(' '), ...method }, cookie);
    // It registers https alone, and nothing on loopback: put in its place where it is kept.
    stored.oauthClient.at(-1).redirectUris = [redirectUri];
  }
  isReady = true;
}
