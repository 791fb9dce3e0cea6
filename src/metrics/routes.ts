import { createServer } from 'node:http';
import type { Server as PlainServer } from 'node:http';
import { once } from 'node:events';
import { answerScrape } from './answer-scrape.ts';
import type { ScrapeDeps } from './answer-scrape.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Server } from '../http/server.ts';

/** `GET /metrics` beside the other doors. Scrapes stand in no log. */
export function addMetricsRoute(server: Server, deps: ScrapeDeps): void {
  server.get('/metrics', { logLevel: 'warn' }, async (request, reply) => {
    const { type, text } = await answerScrape(deps, request.headers.authorization);
    return reply.header('cache-control', 'no-store').type(type).send(text);
  });
}

/** Longest request head, in milliseconds; there is no body. */
const HEAD_MS = 5000;

/** `/metrics` on a port of its own, which answers nothing else. Listens before it resolves; several processes share the port. */
export async function serveMetrics(
  deps: ScrapeDeps,
  { host, port, log }: { host: string; port: number; log: Log },
): Promise<PlainServer> {
  const server = createServer({ headersTimeout: HEAD_MS, requestTimeout: HEAD_MS }, (request, response) => {
    const isScrape = request.method === 'GET' && request.url?.split('?', 1)[0] === '/metrics';
    const answer = async (): Promise<void> => {
      if (!isScrape) {
        response.writeHead(404).end();
        return;
      }
      try {
        const { type, text } = await answerScrape(deps, request.headers.authorization);
        response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
      } catch (error) {
        if (error instanceof AppError) response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
        else {
          log.error({ err: error }, 'a scrape could not be answered');
          response.writeHead(500).end();
        }
      }
    };
    void answer();
  });
  server.listen({ host, port });
  await once(server, 'listening');
  return server;
}
