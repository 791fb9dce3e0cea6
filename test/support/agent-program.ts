/**
 * An agent that is registered nowhere, in a process of its own: it publishes its document over TLS and logs in with
 * openid-client, as any such program would.
 *
 *   node test/support/agent-program.ts '{"issuer": "https://localhost:3000", "key": "…", "certificate": "…"}'
 *
 * Prints one JSON line when ready. /client.json is its client ID, / begins a login, /back ends it.
 */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as client from 'openid-client';
import { documentOf } from './client-documents.ts';

const { issuer, key, certificate } = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>;
const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
let configuration: client.Configuration | undefined;

const server = createServer({ key, cert: certificate }, (request, response) => {
  const { pathname, href } = new URL(request.url ?? '/', origin);
  const answer = async (): Promise<void> => {
    if (pathname === '/client.json') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(documentOf(clientId, `${origin}/back`)));
    } else if (pathname === '/back') {
      const tokens = await client.authorizationCodeGrant(configuration!, new URL(href), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        idTokenExpected: true,
      });
      const renewed = await client.refreshTokenGrant(configuration!, tokens.refresh_token ?? '');
      response.end(
        `Hello from ${JSON.stringify(tokens.claims()?.['org_name'])}, renewed: ${renewed.access_token !== ''}`,
      );
    } else {
      configuration = await client.discovery(new URL(String(issuer)), clientId, undefined, client.None());
      if (configuration.serverMetadata()['client_id_metadata_document_supported'] !== true)
        throw new Error('not taken');
      const to = client.buildAuthorizationUrl(configuration, {
        redirect_uri: `${origin}/back`,
        scope: 'openid profile',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
      });
      response.writeHead(303, { location: to.href }).end();
    }
  };
  answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
});
server.listen(0, '127.0.0.2');
await once(server, 'listening');
const origin = `https://127.0.0.2:${(server.address() as AddressInfo).port}`;
const clientId = `${origin}/client.json`;
process.on('disconnect', () => process.exit(0));
console.log(JSON.stringify({ origin, clientId }));
