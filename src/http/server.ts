import type { ServerResponse } from 'node:http';
import { fastifyCookie } from '@fastify/cookie';
import { fastifyFormbody } from '@fastify/formbody';
import { fastify } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { RETRY_AFTER_SECONDS } from '../base/database-failure.ts';
import { AppError } from '../base/errors.ts';
import { randomReadable } from '../base/random.ts';
import type { Texts } from '../texts/catalog.ts';
import { API_HEADERS, baseHeaders } from './headers.ts';
import { createRequestLog, RequestLog } from './request-log.ts';
import { createRequestTracing } from './request-span.ts';
import { asAppError, problemOf, statusOf } from './problem.ts';

/*
 * HTTP, as all doors need it: knows no product.
 *
 *   server.ts          listener, deadlines, error handler, health; problem.ts: AppError → status, problem document (RFC 9457)
 *   input.ts, json.ts  parsing of what comes from outside
 *   headers.ts, cookies.ts, html.ts     what answers carry: security headers, cookies, escaped markup
 *   plain-door.ts      a door that answers without the routes of the others
 *   bearer-token.ts                     who asks
 *   console-files.ts, built-files.ts     files built for the browser
 *   logger.ts, request-log.ts          the log, without secrets; one line for each request
 *   request-span.ts                    each request as a span of a trace
 */

/** The server every door adds its routes to. */
export type Server = FastifyInstance;

export interface ServerOptions {
  publicUrl: URL;
  /** Addresses of proxies whose `X-Forwarded-For` is believed; host and protocol always come from the public URL. */
  trustedProxies: string[];
  log: Logger;
  texts: Texts;
  /** Throws when the service cannot serve: database, keys, clock. */
  checkReady: () => Promise<void>;
}

/** The largest body any route takes unless it says otherwise, in bytes. */
const BODY_LIMIT = 256 * 1024;

/** Deadlines of a request, in milliseconds: its head, the whole request; interval at which connections are checked. */
const HEAD_MS = 10_000;
const REQUEST_MS = 30_000;
const LOOK_MS = 2_000;

/** Names a request, in the log and to people. */
export function newRequestId(): string {
  return randomReadable(8);
}

/** The server, and how it prepares its end. */
export interface CreatedServer {
  server: Server;
  /**
   * From now on `/readyz` answers 503 and each connection is closed after its answer, while everything else is answered
   * as before: load balancers move on without a failed request.
   */
  announceStop(): void;
}

/** Makes the server with what all doors share: request ids, headers, cookies, deadlines, the error handler, health. */
export async function createServer(options: ServerOptions): Promise<CreatedServer> {
  const loggerInstance: FastifyBaseLogger = options.log;
  const server = fastify({
    loggerInstance,
    logController: new RequestLog(createRequestLog(options.log)),
    // An address that is no URL ("%zz") has no route and no error handler.
    frameworkErrors: (error, request, reply) => {
      void sendProblem(asAppError(error), request, reply, options.texts);
    },
    genReqId: newRequestId,
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_MS,
    http: { headersTimeout: HEAD_MS, connectionsCheckingInterval: LOOK_MS },
    keepAliveTimeout: 65_000,
    // Requests on open connections are still answered while the server closes: their clients do not know of it yet.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 500 },
    forceCloseConnections: 'idle',
  });
  await server.register(fastifyCookie);
  await server.register(fastifyFormbody, { bodyLimit: 64 * 1024 });

  const traceRequest = createRequestTracing(options.trustedProxies);
  // First of all, and for all that follows: what a request does is part of its span.
  server.addHook('onRequest', (request, reply, done) => {
    const { raw, id, routeOptions } = request;
    // Probes ask every few seconds, and are in no log either.
    if (routeOptions.logLevel === 'warn') done();
    else traceRequest({ id, raw, response: reply.raw, route: () => routeOptions.url }, done);
  });
  const headers = baseHeaders(options.publicUrl.protocol === 'https:');
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    refuseLargeBody(request, reply);
  });
  // For pages and problem documents: 503 means that a dependency is away for a moment.
  server.addHook('onSend', async (_request, reply) => {
    if (reply.statusCode === 503 && !reply.hasHeader('retry-after')) {
      reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    }
  });
  const announceStop = closeAfterAnswers(server);
  let stopping = false;
  server.setErrorHandler(async (thrown: unknown, request, reply) => {
    await sendProblem(asAppError(thrown), request, reply, options.texts);
  });

  server.get('/healthz', { logLevel: 'warn' }, async () => ({ status: 'ok' }));
  server.get('/readyz', { logLevel: 'warn' }, async (_request, reply) => {
    if (stopping) return reply.code(503).send({ status: 'stopping' });
    await options.checkReady();
    return { status: 'ready' };
  });
  return {
    server,
    announceStop() {
      stopping = true;
      announceStop();
    },
  };
}

/**
 * Returns a function after whose call every connection is closed after its response (`Connection: close`, RFC 9112, section
 * 9.6), also one that is being answered and one whose response the OpenID Provider writes.
 */
function closeAfterAnswers(server: Server): () => void {
  const answering = new Set<ServerResponse>();
  let stopping = false;
  server.server.prependListener('request', (request, response) => {
    response.shouldKeepAlive = !stopping && response.shouldKeepAlive;
    answering.add(response);
    response.once('close', () => {
      answering.delete(response);
      // Its head was sent before, without `Connection: close`.
      if (stopping && response.shouldKeepAlive) request.socket.destroySoon();
    });
  });
  return () => {
    stopping = true;
    for (const response of answering) if (!response.headersSent) response.shouldKeepAlive = false;
  };
}

/** Refuses a body by its `Content-Length`, before it is read and whoever reads it (413, RFC 9110, section 15.5.14). */
function refuseLargeBody({ headers, routeOptions }: FastifyRequest, reply: FastifyReply): void {
  if (Number(headers['content-length'] ?? 0) <= (routeOptions.bodyLimit ?? BODY_LIMIT)) return;
  reply.header('connection', 'close');
  throw new AppError('request.too-large');
}

/** Logs a refusal as it deserves and answers with a problem document (RFC 9457), in the language of the request. */
export async function sendProblem(
  error: AppError,
  request: FastifyRequest,
  reply: FastifyReply,
  texts: Texts,
): Promise<void> {
  logRefusal(error, request);
  if (error.kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  if (error.kind === 'limited') reply.header('retry-after', String(error.values['seconds'] ?? 60));
  const t = texts.for(request.headers['accept-language']);
  await reply
    .code(statusOf(error))
    .header('content-language', t.language)
    .headers(API_HEADERS)
    .type('application/problem+json')
    .send(problemOf(error, request.id, t));
}

/** A fault of ours is an error with its cause; a refusal is a line with code and detail. */
export function logRefusal(error: AppError, request: FastifyRequest): void {
  if (error.code === 'internal') request.log.error({ err: error.cause ?? error }, 'fault');
  else {
    const { reference } = error.values;
    const about = { code: error.code, detail: error.detail, ...(reference === undefined ? {} : { reference }) };
    request.log.info(about, 'refused');
  }
}
