import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Logger } from 'pino';
import { createRequestLog } from './request-log.ts';
import { createRequestTracing, traceIdOf } from './request-span.ts';
import { newRequestId } from './server.ts';
import type { Server } from './server.ts';

/** A request of a {@link PlainDoor}. */
export interface PlainRequest {
  id: string;
  /** Network address of who asks: behind trusted proxies the one they state. */
  ip: string;
  raw: IncomingMessage;
}

/** A door that reads requests and writes answers itself. */
export interface PlainDoor {
  /** Its paths: `/logout` is that one, `/logout/*` all below it. */
  paths: readonly string[];
  /** The largest body it takes, in bytes. */
  bodyLimit: number;
  trustedProxies: readonly string[];
  log: Logger;
  /** Answers in any case, and sets every header: it does not throw. */
  answer(request: PlainRequest, response: ServerResponse): Promise<void>;
}

/**
 * Opens a door for the requests that are most, and gives them nothing that it does not use: no hooks, parsers, cookies, log
 * of their own. They have all the same their id, their line in the log, the deadlines of the listener and a closed connection
 * after the answer when the server stops. What is no plain request (a body too large, an address with `%`, one that another door
 * has a route for, a server that closes) takes the way through the routes, to be refused there as any other or to the same `answer`.
 */
export async function openPlainDoor(server: Server, door: PlainDoor): Promise<void> {
  const { paths, bodyLimit, answer } = door;
  const patternOf = readPatterns(paths);
  const writeLine = createRequestLog(door.log);
  const traceRequest = createRequestTracing(door.trustedProxies);
  const isTrusted = proxyAddr.compile([...door.trustedProxies]);

  await server.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const path of paths) {
      routes.all(path, { bodyLimit }, async (request, reply) => {
        reply.hijack();
        await answer(request, reply.raw);
      });
    }
  });

  // A route that another door opens later below a path of this one is more exact, and keeps its requests.
  const elsewhere: string[] = [];
  server.addHook('onRoute', ({ url }) => {
    if (patternOf(url) !== undefined) elsewhere.push(url.split(':', 1)[0]!);
  });
  let closing = false;
  server.addHook('preClose', async () => void (closing = true));
  const answerPlainly = async (raw: IncomingMessage, response: ServerResponse, route: string): Promise<void> => {
    const startedAt = performance.now();
    const { method = '', socket } = raw;
    const id = newRequestId();
    const ip = socket.remoteAddress === undefined ? '' : proxyAddr(raw, isTrusted);
    response.once('close', () => {
      const responseTime = performance.now() - startedAt;
      const traceId = traceIdOf(raw);
      const traced = traceId === undefined ? {} : { trace_id: traceId };
      writeLine({ reqId: id, req: { method, route }, res: { status: response.statusCode }, responseTime, ...traced });
    });
    const about = { id, raw, response, route: () => route };
    await traceRequest(about, async () => answer({ id, ip, raw }, response));
  };
  // Those that close connections when the server stops stand before it and hear of every request.
  const throughRoutes = server.server.listeners('request').at(-1) as RequestListener;
  server.server.off('request', throughRoutes);
  server.server.on('request', (raw, response) => {
    const { url = '', headers } = raw;
    const isOurs = !closing && !elsewhere.some((start) => url.startsWith(start));
    const fits = isOurs && Number(headers['content-length'] ?? 0) <= bodyLimit;
    const route = fits ? patternOf(url) : undefined;
    if (route === undefined) throughRoutes(raw, response);
    else void answerPlainly(raw, response, route);
  });
}

/** Tells which of the paths an address belongs to; undefined of none, and where it is written with `%`. */
function readPatterns(paths: readonly string[]): (address: string) => string | undefined {
  const whole = new Set(paths.filter((path) => !path.endsWith('*')));
  const below = paths.filter((path) => path.endsWith('*')).map((path) => [path.slice(0, -1), path] as const);
  return (address) => {
    const path = address.split('?', 1)[0] ?? '';
    if (path.includes('%')) return undefined;
    return whole.has(path) ? path : below.find(([start]) => path.startsWith(start))?.[1];
  };
}
