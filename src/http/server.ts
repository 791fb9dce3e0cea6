import { fastifyCookie } from '@fastify/cookie';
import { fastifyFormbody } from '@fastify/formbody';
import { fastify } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AppError } from '../base/errors.ts';
import { randomReadable } from '../base/random.ts';
import type { Text } from '../texts/catalog.ts';
import { API_HEADERS, baseHeaders } from './headers.ts';
import { asAppError, problemOf, statusOf } from './problem.ts';

/** The server every door adds its routes to. */
export type Server = FastifyInstance;

export interface ServerOptions {
  publicUrl: URL;
  /** Addresses of proxies whose `X-Forwarded-For` is believed; host and protocol always come from the public URL. */
  trustedProxies: string[];
  log: Logger;
  t: Text;
  /** Throws when the service cannot serve: database, keys, clock. */
  checkReady: () => Promise<void>;
}

/** The largest body any route takes unless it says otherwise, in bytes. */
const BODY_LIMIT = 256 * 1024;

/** Makes the server with what all doors share: request ids, headers, cookies, the one error edge, health. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const loggerInstance: FastifyBaseLogger = options.log;
  const server = fastify({
    loggerInstance,
    genReqId: () => randomReadable(8),
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    return503OnClosing: true,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 500 },
    forceCloseConnections: 'idle',
  });
  await server.register(fastifyCookie);
  await server.register(fastifyFormbody, { bodyLimit: 64 * 1024 });

  const headers = baseHeaders(options.publicUrl.protocol === 'https:');
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers);
  });
  server.setErrorHandler(async (thrown: unknown, request, reply) => {
    await sendProblem(asAppError(thrown), request, reply, options.t);
  });

  server.get('/healthz', { logLevel: 'warn' }, async () => ({ status: 'ok' }));
  server.get('/readyz', { logLevel: 'warn' }, async () => {
    await options.checkReady();
    return { status: 'ready' };
  });
  return server;
}

/** Logs a refusal as it deserves and answers with a problem document (RFC 9457). */
export async function sendProblem(
  error: AppError,
  request: FastifyRequest,
  reply: FastifyReply,
  t: Text,
): Promise<void> {
  logRefusal(error, request);
  if (error.kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  if (error.kind === 'limited') reply.header('retry-after', String(error.values['seconds'] ?? 60));
  await reply
    .code(statusOf(error))
    .headers(API_HEADERS)
    .type('application/problem+json')
    .send(problemOf(error, request.id, t));
}

/** A fault of ours is an error with its cause; a refusal is a line with code and detail. */
export function logRefusal(error: AppError, request: FastifyRequest): void {
  if (error.code === 'internal') request.log.error({ err: error.cause ?? error }, 'fault');
  else request.log.info({ code: error.code, detail: error.detail }, 'refused');
}
