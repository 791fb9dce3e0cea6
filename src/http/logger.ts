import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/**
 * Paths of log lines that may hold something redeemable. Requests are logged by method and route alone; `code` is
 * always an error's.
 */
const NEVER = [
  'authorization',
  'cookie',
  'password',
  'token',
  'secret',
  'code_verifier',
  'client_secret',
  'id_token',
  'access_token',
  'refresh_token',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*["set-cookie"]`]);

/** The log: one JSON line for each event, on standard output unless a destination is given. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: [...new Set(NEVER)], censor: '[secret]' },
    serializers: {
      // An address of ours may hold an invitation's secret or an authorization code: only the route's pattern is kept.
      req: (request: { method: string; routeOptions?: { url?: string } }) => ({
        method: request.method,
        route: request.routeOptions?.url,
      }),
      res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
      err: pino.stdSerializers.errWithCause,
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
