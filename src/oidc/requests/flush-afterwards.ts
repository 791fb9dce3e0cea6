import type { Provider } from 'oidc-provider';
import { RETRY_AFTER_SECONDS, isUnavailable } from '../../base/database-failure.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Database } from '../../db/database.ts';
import { endSurplusSessions } from '../../sessions/end-sessions.ts';
import type { EndSessionsDeps, SurplusSessions } from '../../sessions/end-sessions.ts';
import { DEVICE_PATH } from '../device/device-pages.ts';
import type { ProviderPages } from '../provider.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';

/** Paths that browsers open; programs call the others. */
export function isForPeople(path: string): boolean {
  return path.startsWith('/oauth2/authorize') || path.startsWith('/logout') || isDevicePath(path);
}

function isDevicePath(path: string): boolean {
  return path === DEVICE_PATH || path.startsWith(`${DEVICE_PATH}/`);
}

/** Writes what the request collected before its answer leaves, and changes the answer when that failed. */
export function flushAfterwards(options: {
  provider: Provider;
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  log: Log;
  pages: Pick<ProviderPages, 'expired' | 'fault' | 'device'>;
}): void {
  const { provider, clock, log, pages } = options;
  provider.use(async (ctx, next) => {
    const { reference, fault } = ctx.req as { reference?: string; fault?: unknown };
    ctx.state['reference'] = reference;
    ctx.state['fault'] = fault;
    // The database was lost before the library began: `direct/`.
    if (fault === undefined) await next();
    const handle = /^\/oauth2\/authorize\/([\w-]+)$/.exec(ctx.path)?.[1];
    try {
      // A lost database while the library answered: it would answer 500.
      if (isUnavailable(ctx.state['fault'])) throw ctx.state['fault'];
      const outcome = await UnitOfWork.current().flush();
      if (outcome.consumeLost) {
        ctx.status = 400;
        ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
        ctx.state['codeLost'] = UnitOfWork.current().presentedToken()?.kind === 'AuthorizationCode';
      } else if (handle !== undefined && (outcome.loginLost || ctx.status === 400)) {
        // Another tab finished the login: /over shows its result.
        discardAnswer(ctx);
        ctx.redirect(`/login/${handle}/over`);
      } else if (outcome.loginLost) {
        discardAnswer(ctx);
        ctx.status = 410;
        ctx.type = 'html';
        ctx.body = pages.expired(ctx.req);
      } else if (outcome.refusedUntil !== null) {
        const seconds = Math.max(1, Math.ceil((outcome.refusedUntil.getTime() - clock.now().getTime()) / 1000));
        log.info({ code: 'request.too-many', reqId: ctx.state['reference'] }, 'refused');
        discardAnswer(ctx);
        ctx.status = 429;
        ctx.set('retry-after', String(seconds));
        if (isForPeople(ctx.path)) ctx.type = 'html';
        ctx.body = isForPeople(ctx.path)
          ? pages.fault(ctx.req, new AppError('request.too-many', { values: { seconds } }), referenceOf(ctx))
          : { error: 'temporarily_unavailable', error_description: `try again in ${seconds} seconds` };
      } else if (outcome.deviceLost) {
        // Another browser was first. A session that this request made stays.
        if (ctx.status === 303) discardAnswer(ctx);
        ctx.status = 409;
        ctx.type = 'html';
        ctx.body = pages.device.enter(ctx.req, { action: DEVICE_PATH, xsrf: '', userCode: '', problem: 'used' });
      } else if (outcome.surplus !== null) {
        await endSurplus(options, outcome.surplus, referenceOf(ctx));
      }
    } catch (error) {
      log.error({ err: error, reqId: ctx.state['reference'] }, 'the request could not be written');
      discardAnswer(ctx);
      ctx.status = 503;
      ctx.set('retry-after', String(RETRY_AFTER_SECONDS));
      if (isForPeople(ctx.path)) ctx.type = 'html';
      ctx.body = isForPeople(ctx.path)
        ? pages.fault(ctx.req, new AppError('database.unavailable'), referenceOf(ctx))
        : { error: 'temporarily_unavailable', error_description: 'try again in a few seconds' };
    }
  });
}

/** The login is done: a fault here changes nothing of its answer, and the user's next login ends what is left. */
async function endSurplus(
  deps: EndSessionsDeps & { log: Log },
  surplus: SurplusSessions,
  reqId: string,
): Promise<void> {
  try {
    await endSurplusSessions(deps, surplus);
  } catch (error) {
    deps.log.error({ err: error, reqId }, 'sessions that are too many were not ended');
  }
}

function referenceOf(ctx: { state: Record<string, unknown> }): string {
  const { reference } = ctx.state;
  return typeof reference === 'string' ? reference : '';
}

/** Removes the Location and Set-Cookie headers of an answer. */
function discardAnswer(ctx: { remove(name: string): void }): void {
  ctx.remove('location');
  ctx.remove('set-cookie');
}
