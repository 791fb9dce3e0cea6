import type { IncomingMessage } from 'node:http';
import type { Provider } from 'oidc-provider';
import { RETRY_AFTER_SECONDS, isUnavailable } from '../../base/database-failure.ts';
import type { Log } from '../../base/log.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';

/** Paths that browsers open; programs call the others. */
export function isForPeople(path: string): boolean {
  return path.startsWith('/oauth2/authorize') || path.startsWith('/logout');
}

/** Writes what the request collected before its answer leaves, and changes the answer when that failed. */
export function flushAfterwards(options: {
  provider: Provider;
  log: Log;
  /** The page for a login that another request ended first. */
  expiredPage: (request: IncomingMessage) => string;
  /** The page for a request that could not be written; its cause is in the log under the reference. */
  faultPage: (request: IncomingMessage, reference: string) => string;
}): void {
  const { provider, log, expiredPage, faultPage } = options;
  provider.use(async (ctx, next) => {
    ctx.state['reference'] = (ctx.req as { reference?: string }).reference;
    await next();
    const handle = /^\/oauth2\/authorize\/([\w-]+)$/.exec(ctx.path)?.[1];
    try {
      // A lost database while the library answered: it would answer 500.
      if (isUnavailable(ctx.state['fault'])) throw ctx.state['fault'];
      const outcome = await UnitOfWork.current().flush();
      if (outcome.consumeLost) {
        ctx.status = 400;
        ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
      } else if (handle !== undefined && (outcome.loginLost || ctx.status === 400)) {
        // Another tab finished the login: /over shows its result.
        discardAnswer(ctx);
        ctx.redirect(`/login/${handle}/over`);
      } else if (outcome.loginLost) {
        discardAnswer(ctx);
        ctx.status = 410;
        ctx.type = 'html';
        ctx.body = expiredPage(ctx.req);
      }
    } catch (error) {
      log.error({ err: error, reqId: ctx.state['reference'] }, 'the request could not be written');
      discardAnswer(ctx);
      ctx.status = 503;
      ctx.set('retry-after', String(RETRY_AFTER_SECONDS));
      const reference = String(ctx.state['reference'] ?? '');
      if (isForPeople(ctx.path)) ctx.type = 'html';
      ctx.body = isForPeople(ctx.path)
        ? faultPage(ctx.req, reference)
        : { error: 'temporarily_unavailable', error_description: 'try again in a few seconds' };
    }
  });
}

/** Removes the Location and Set-Cookie headers of an answer. */
function discardAnswer(ctx: { remove(name: string): void }): void {
  ctx.remove('location');
  ctx.remove('set-cookie');
}
