import { hash } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import { areTaken } from '../../applications/unregistered/find-ground.ts';
import { after } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../db/database.ts';
import { KEPT_BY_OTHERS } from '../../keys/signing-keys.ts';
import type { SigningKeys } from '../signing-keys.ts';

/** Where the keys are published. */
export const KEYS_PATH = '/oauth2/keys';

/** What everybody reads and nothing of a request changes: the discovery document (Discovery 4) and the keys (RFC 7517). */
const PUBLISHED: ReadonlySet<string> = new Set([
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  KEYS_PATH,
]);
/** How long what the document says of the switches of organizations is kept by this process. */
const SWITCHES_KEPT = 10;

/**
 * Lets programs keep what is published and ask whether it changed (RFC 9110 13.1.2), and answers addresses at which there is
 * nothing in the language of those who ask here: JSON.
 */
export function publishMetadata(
  provider: Provider,
  deps: { db: Database; clock: Clock; log: Log; signingKeys: SigningKeys },
): void {
  const areUnregisteredTaken = rememberTaken(deps);
  provider.use(async (ctx, next) => {
    await next();
    // A client that reads it comes with the URL of its document, and not as it was registered: said where somebody takes it.
    if (ctx.path.startsWith('/.well-known/') && ctx.status === 200 && (await areUnregisteredTaken())) {
      ctx.body = { ...(ctx.body as object), client_id_metadata_document_supported: true };
    }
    if (ctx.path === KEYS_PATH && ctx.status === 200) {
      // The library verifies hints with more keys than are published.
      const { keys } = ctx.body as { keys: { kid?: string }[] };
      ctx.body = { keys: keys.filter(({ kid }) => deps.signingKeys.isPublished(kid)) };
      ctx.type = 'application/jwk-set+json; charset=utf-8';
    }
    if (PUBLISHED.has(ctx.path) && ctx.status === 200) {
      ctx.set('cache-control', `public, max-age=${KEPT_BY_OTHERS}`);
      ctx.etag = hash('sha256', JSON.stringify(ctx.body), 'base64url').slice(0, 27);
      if (ctx.fresh) ctx.status = 304;
    } else if (ctx.status === 404 && (ctx.body === undefined || ctx.body === null)) {
      ctx.body = { error: 'not_found', error_description: 'there is nothing at this address' };
      ctx.status = 404;
    }
  });
}

/** Without a database it is not said: the rest of the document is answered all the same. */
function rememberTaken({ db, clock, log }: { db: Database; clock: Clock; log: Log }): () => Promise<boolean> {
  let kept: { until: Date; taken: Promise<boolean> } | undefined;
  return async () => {
    const now = clock.now();
    if (kept === undefined || kept.until <= now) {
      const taken = areTaken({ db }).catch((error: unknown) => {
        log.warn({ err: error }, 'whether applications that nobody registered are taken could not be read');
        return false;
      });
      kept = { until: after(now, SWITCHES_KEPT), taken };
    }
    return kept.taken;
  };
}
