import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { Clock } from '../base/clock.ts';
import { readId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { Database } from '../db/database.ts';
import { baseHeaders, pageHeaders } from '../http/headers.ts';
import type { Server } from '../http/server.ts';
import { flush } from './storage/adapter-writes.ts';
import { endFamily } from './storage/adapter-family.ts';
import { currentScope, withScope } from './storage/request-scope.ts';

/** What the library reads of a body at most, in bytes. */
const BODY_LIMIT = 56 * 1024;

interface MountOptions {
  provider: Provider;
  db: Database;
  clock: Clock;
  log: Log;
  publicUrl: URL;
  /** The page for a login that another request ended first. */
  expiredPage: () => string;
  /** The page for a request that could not be written down; its cause is in the log under the reference. */
  faultPage: (reference: string) => string;
}

/** Adds the OpenID Provider's addresses to the server. */
export async function mountProvider(server: Server, options: MountOptions): Promise<void> {
  const { provider, clock, publicUrl, log } = options;
  const https = publicUrl.protocol === 'https:';
  const headers = { ...baseHeaders(https), 'content-security-policy': pageHeaders()['content-security-policy']! };
  flushAfterwards(options);
  logFaults(provider, log);
  const callback = provider.callback();

  await server.register(async (door) => {
    // The library reads bodies itself.
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', (_request, _payload, done) => {
      done(null);
    });
    const handler = async (request: { id: string; raw: IncomingMessage }, reply: Hijackable): Promise<void> => {
      const { raw } = request;
      reply.hijack();
      pinHost(raw, publicUrl);
      for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value);
      const query = new URL(raw.url ?? '/', publicUrl).searchParams;
      const known = {
        clientId: query.get('client_id'),
        organizationHint: readId('org', query.get('organization') ?? '') ?? null,
      };
      (raw as { reference?: string }).reference = request.id;
      try {
        await withScope(clock.now(), known, () => callback(raw, reply.raw));
      } catch (error) {
        log.error({ err: error, reqId: request.id }, 'fault in the OpenID Provider');
        if (!reply.raw.headersSent) reply.raw.statusCode = 500;
        reply.raw.end();
      }
    };
    for (const url of ['/oauth2/*', '/logout', '/logout/*', '/.well-known/*'])
      door.all(url, { bodyLimit: BODY_LIMIT }, handler);
  });
}

interface Hijackable {
  hijack(): unknown;
  raw: ServerResponse;
}

/** Host and protocol come from the settings alone: discovery and every address built from it stay the same whoever asks. */
function pinHost(raw: IncomingMessage, publicUrl: URL): void {
  raw.headers.host = publicUrl.host;
  raw.headers['x-forwarded-host'] = publicUrl.host;
  raw.headers['x-forwarded-proto'] = publicUrl.protocol.slice(0, -1);
  delete raw.headers['forwarded'];
}

/** Writes what the request collected before its answer leaves, and changes the answer when that failed. */
function flushAfterwards({ provider, db, log, expiredPage, faultPage }: MountOptions): void {
  provider.use(async (ctx, next) => {
    ctx.state['reference'] = (ctx.req as { reference?: string }).reference;
    await next();
    const scope = currentScope();
    const handle = /^\/oauth2\/authorize\/([\w-]+)$/.exec(ctx.path)?.[1];
    try {
      const outcome = await flush(db, scope);
      if (outcome.consumeLost) {
        // RFC 6749 4.1.2: a code used twice also ends what its first use gave. A refresh token's other use within the
        // grace is a retry and ends nothing.
        const code = scope.source?.kind === 'AuthorizationCode' ? scope.source : null;
        if (code !== null) await endFamily(db, scope, code.familyId, true);
        ctx.status = 400;
        ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
      } else if (handle !== undefined && ctx.status === 400) {
        // Another tab was first and the login is over: its own address shares what came of it.
        withdraw(ctx);
        ctx.redirect(`/login/${handle}/over`);
      } else if (outcome.loginLost) {
        withdraw(ctx);
        if (handle === undefined) {
          ctx.status = 410;
          ctx.type = 'html';
          ctx.body = expiredPage();
        } else ctx.redirect(`/login/${handle}/over`);
      }
    } catch (error) {
      log.error({ err: error, reqId: ctx.state['reference'] }, 'the request could not be written');
      withdraw(ctx);
      ctx.status = 503;
      ctx.set('retry-after', '5');
      const reference = String(ctx.state['reference'] ?? '');
      if (isForPeople(ctx.path)) ctx.type = 'html';
      ctx.body = isForPeople(ctx.path)
        ? faultPage(reference)
        : { error: 'temporarily_unavailable', error_description: 'try again in a few seconds' };
    }
  });
}

/** Addresses that a person's browser stands at; programs call the others. */
function isForPeople(path: string): boolean {
  return path.startsWith('/oauth2/authorize') || path.startsWith('/logout');
}

/** Takes back where the answer would lead and the cookies it would set. */
function withdraw(ctx: { remove(name: string): void }): void {
  ctx.remove('location');
  ctx.remove('set-cookie');
}

function logFaults(provider: Provider, log: Log): void {
  provider.on('server_error', (ctx, error) => {
    log.error({ err: error, reqId: ctx.state['reference'], path: ctx.path }, 'fault in the OpenID Provider');
  });
  const refused = (
    ctx: { state: Record<string, unknown> },
    error: { message: string; error_detail?: string | undefined },
  ): void => {
    log.info({ code: error.message, detail: error.error_detail, reqId: ctx.state['reference'] }, 'refused');
  };
  provider.on('authorization.error', refused);
  provider.on('grant.error', refused);
  provider.on('userinfo.error', refused);
  provider.on('end_session.error', refused);
}
