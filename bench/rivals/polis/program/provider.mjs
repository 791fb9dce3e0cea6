// Ory Polis on PostgreSQL as its own server has it: node provider.mjs CONFIGURATION.json, with the package in the folder it stands in.
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import polis from '@boxyhq/saml-jackson';

const { port, databaseUrl, redirectUri, upstream, registered } = JSON.parse(await readFile(process.argv[2], 'utf8'));
const origin = `http://127.0.0.1:${port}`;
const base64 = (pem) => Buffer.from(pem).toString('base64');
const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const { connectionAPIController, oauthController, oidcDiscoveryController } = await polis.controllers({
  externalUrl: origin,
  samlPath: '/api/oauth/saml',
  oidcPath: '/api/oauth/oidc',
  db: { engine: 'sql', type: 'postgres', url: databaseUrl, ttl: 300, cleanupLimit: 1000, pageLimit: 50 },
  noAnalytics: true,
  openid: {
    jwsAlg: 'ES256',
    redirectExactMatch: true,
    jwtSigningKeys: { private: base64(privateKey), public: base64(publicKey) },
  },
});
const { clientID, clientSecret } = await connectionAPIController.createOIDCConnection({
  tenant: 'contoso.example',
  product: 'bench',
  redirectUrl: [redirectUri],
  defaultRedirectUrl: redirectUri,
  oidcDiscoveryUrl: upstream.discoveryUrl,
  oidcClientId: upstream.clientId,
  oidcClientSecret: upstream.clientSecret,
});
await writeFile(registered, JSON.stringify({ clientId: clientID, secret: clientSecret }));

const moved = ({ redirect_url: to }) => ({ status: 302, headers: { location: to } });
const pages = {
  '/.well-known/openid-configuration': () => ({ body: oidcDiscoveryController.openidConfig() }),
  '/oauth/jwks': async () => ({ body: await oidcDiscoveryController.jwks() }),
  '/api/oauth/authorize': async ({ query }) => moved(await oauthController.authorize(query)),
  '/api/oauth/oidc': async ({ query }) => moved(await oauthController.oidcAuthzResponse(query)),
  '/api/oauth/token': async ({ form, authorization }) => ({ body: await oauthController.token(form, authorization) }),
};

async function answer(request) {
  const { pathname, searchParams } = new URL(request.url, origin);
  const parts = [];
  for await (const part of request) parts.push(part);
  const form = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()));
  const asked = { query: Object.fromEntries(searchParams), form, authorization: request.headers.authorization };
  try {
    return (await pages[pathname]?.(asked)) ?? { status: 404, body: { error: { message: 'Not found' } } };
  } catch (error) {
    console.error(pathname, error);
    return { status: error.statusCode ?? 500, body: { error: { message: error.message } } };
  }
}

async function send(request, response) {
  const { status = 200, headers = {}, body } = await answer(request);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

createServer((request, response) => void send(request, response)).listen(port, '127.0.0.1');
