import { hash } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import { MINUTE } from '../../base/clock.ts';

/** What everybody reads and nothing of a request changes: the discovery document (Discovery 4) and the keys (RFC 7517). */
const PUBLISHED: ReadonlySet<string> = new Set([
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/oauth2/keys',
]);
/** A key that signs from now on was published before; see `signing-keys.ts`. */
const KEPT = 5 * MINUTE;

/**
 * Lets programs keep what is published and ask whether it changed (RFC 9110 13.1.2), and answers addresses at which there is
 * nothing in the language of those who ask here: JSON.
 */
export function publishMetadata(provider: Provider): void {
  provider.use(async (ctx, next) => {
    await next();
    if (PUBLISHED.has(ctx.path) && ctx.status === 200) {
      ctx.set('cache-control', `public, max-age=${KEPT}`);
      ctx.etag = hash('sha256', JSON.stringify(ctx.body), 'base64url').slice(0, 27);
      if (ctx.fresh) ctx.status = 304;
    } else if (ctx.status === 404 && (ctx.body === undefined || ctx.body === null)) {
      ctx.body = { error: 'not_found', error_description: 'there is nothing at this address' };
      ctx.status = 404;
    }
  });
}
