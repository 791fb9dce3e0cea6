#!/usr/bin/env bash
# better-auth: a client authentication that fails at the token endpoint spends the authorization code all the same.
#
# Expected: the client is authenticated first (RFC 6749 sections 3.2.1 and 4.1.3), and a request that is refused with
#   invalid_client leaves the code alone, so that a client that sent its secret the wrong way may send it the other way: what
#   clients that find the way by themselves do.
# Happens: the code is consumed before the client is looked at. A client registered by default (client_secret_basic) that sends its
#   right secret in the body is answered invalid_client, and with the same code by Basic invalid_grant.
# Matters: the second answer names the code, not the secret, so the cause is looked for in the wrong place. Who tries the other
#   way has to begin a new authorization request.
# Gatehouse: src/connectors/openid-connect/adapt-request.ts sends the person round once more; tested in
#   test/flows/a-provider-that-wants-it-otherwise.test.ts.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps \
  better-auth@1.7.25 @better-auth/oauth-provider@1.7.5

cat >look.mjs <<'JS'
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';

const tables =
  'user session account verification jwks oauthClient oauthClientResource oauthAccessToken oauthRefreshToken ' +
  'oauthConsent oauthResource oauthClientAssertion';
const server = createServer((request, response) => handler(request, response));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const auth = betterAuth({
  baseURL: origin,
  secret: randomBytes(32).toString('hex'),
  database: memoryAdapter(Object.fromEntries(tables.split(' ').map((name) => [name, []]))),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  logger: { disabled: true },
  plugins: [
    jwt(),
    oauthProvider({
      loginPage: '/log-in',
      consentPage: '/consent',
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
});
const handler = toNodeHandler(auth);
const call = (path, body, headers = {}) =>
  fetch(`${origin}/api/auth${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', origin, ...headers },
    body: JSON.stringify(body),
  });
const signedUp = await call('/sign-up/email', { email: 'maria@contoso.example', password: 'at-contoso-only', name: 'Maria' });
const cookie = signedUp.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
const redirectUri = 'https://reports.example/callback';
const made = await call('/oauth2/create-client', { redirect_uris: [redirectUri], scope: 'openid', skip_consent: true }, { cookie });
const { client_id: id, client_secret: secret } = await made.json();

const verifier = randomBytes(32).toString('base64url');
async function authorize() {
  const asked = new URLSearchParams({
    client_id: id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    state: 'state-of-one-login',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const answer = await fetch(`${origin}/api/auth/oauth2/authorize?${asked}`, { redirect: 'manual', headers: { cookie, origin } });
  let where = answer.headers.get('location') ?? (await answer.json()).url;
  if (where.includes('/consent?')) {
    const consented = await call('/oauth2/consent', { accept: true, oauth_query: new URL(where, origin).search.slice(1) }, { cookie });
    const said = await consented.json();
    where = said.url ?? said.redirect_uri;
  }
  return new URL(where).searchParams.get('code');
}
async function redeem(code, way) {
  const common = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const answer = await fetch(`${origin}/api/auth/oauth2/token`, {
    method: 'POST',
    headers: way === 'basic' ? { authorization: basic } : {},
    body: new URLSearchParams(way === 'basic' ? common : { ...common, client_id: id, client_secret: secret }),
  });
  const body = await answer.json();
  return `${answer.status} ${body.error ?? Object.keys(body).includes('id_token')}`;
}
const first = await authorize();
console.log(`basic: ${await redeem(first, 'basic')}`);
const second = await authorize();
console.log(`body, then basic with the same code: ${await redeem(second, 'post')}; ${await redeem(second, 'basic')}`);
server.close();
JS
seen=$(node look.mjs)
expected="basic: 200 true
body, then basic with the same code: 400 invalid_client; 400 invalid_grant"

echo 'version: better-auth 1.7.25 with @better-auth/oauth-provider 1.7.5'
echo 'behaviour: a code is spent by a request whose client authentication failed'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: better-auth treats codes otherwise than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
