// Polis as its own server has it: node provider.mjs CONFIGURATION.json, with the package in the folder it stands in.
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import polis from '@boxyhq/saml-jackson';

const { port, clients, upstream, registered } = JSON.parse(await readFile(process.argv[2], 'utf8'));
const origin = `http://127.0.0.1:${port}`;
const base64 = (pem) => Buffer.from(pem).toString('base64');
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const { connectionAPIController, oauthController, oidcDiscoveryController } = await polis.controllers({
  externalUrl: origin,
  samlPath: '/api/oauth/saml',
  oidcPath: '/api/oauth/oidc',
  db: { engine: 'mem', ttl: 300 },
  noAnalytics: true,
  openid: {
    jwsAlg: 'RS256',
    redirectExactMatch: true,
    jwtSigningKeys: { private: base64(privateKey), public: base64(publicKey) },
  },
});
const made = {};
for (const { id, redirectUri } of clients) {
  const { clientID, clientSecret } = await connectionAPIController.createOIDCConnection({
    tenant: id,
    product: 'gatehouse',
    redirectUrl: [redirectUri],
    defaultRedirectUrl: redirectUri,
    oidcDiscoveryUrl: upstream.discoveryUrl,
    oidcClientId: upstream.clientId,
    oidcClientSecret: upstream.clientSecret,
  });
  made[id] = { id: clientID, secret: clientSecret };
}
await writeFile(registered, JSON.stringify(made));

const moved = ({ redirect_url: to }) => ({ status: 302, headers: { location: to } });
const pages = {
  '/.well-known/openid-configuration': () => ({ body: oidcDiscoveryController.openidConfig() }),
  '/oauth/jwks': async () => ({ body: await oidcDiscoveryController.jwks() }),
  '/api/oauth/authorize': async ({ query }) => moved(await oauthController.authorize(query)),
  '/api/oauth/oidc': async ({ query }) => moved(await oauthController.oidcAuthzResponse(query)),
  '/api/oauth/token': async ({ form, authorization }) => ({ body: await oauthController.token(form, authorization) }),
  '/api/oauth/userinfo': async ({ authorization }) => ({
    body: await oauthController.userInfo(authorization?.replace(/^Bearer /i, '')),
  }),
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
