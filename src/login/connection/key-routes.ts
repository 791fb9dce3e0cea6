import { publishedIssuer, publishedKeys } from '../../connections/keys/publish-client-keys.ts';
import type { Database } from '../../db/database.ts';
import type { Server } from '../../http/server.ts';

const HEADERS = { 'cache-control': 'public, max-age=300' };

/**
 * Where identity providers read our public keys: `/login/keys/<id>/jwks.json`, and the discovery document of a federated
 * credential beside it. An id that is none is answered like one that publishes nothing.
 */
export function mountClientKeys(server: Server, deps: { db: Database; publicUrl: URL }): void {
  const serve = (path: string, read: (id: string) => Promise<object | null>, type: string): void => {
    server.get<{ Params: { id: string } }>(`/login/keys/:id${path}`, async (request, reply) => {
      const found = await read(request.params.id);
      if (found === null) return reply.status(404).headers({ 'cache-control': 'no-store' }).type(JSON_TYPE).send('{}');
      return reply.headers(HEADERS).type(type).send(JSON.stringify(found));
    });
  };
  serve('/jwks.json', async (id) => publishedKeys(deps, id), 'application/jwk-set+json');
  serve('/.well-known/openid-configuration', async (id) => publishedIssuer(deps, id), JSON_TYPE);
}

const JSON_TYPE = 'application/json';
