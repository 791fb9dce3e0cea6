import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { currentTraceId } from '../base/signals/spans.ts';

/**
 * Paths of log lines that may hold something redeemable. Lines of requests are not searched for them: they are made of
 * what stands in `RequestLine` alone.
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

/** Members of an error that the log has beside its message and stack, where they are texts or numbers. */
const MEMBERS = [
  'code',
  'syscall',
  'hostname',
  'address',
  'port',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
  'responseCode',
] as const;
/** Causes are followed so far, and so many errors of an `AggregateError` are told. */
const MOST_CAUSES = 5;

/** Bytes that are collected before they are written, and what is written at once at most: a pipe keeps 4096 bytes together, also
 * where several processes write into it (POSIX, PIPE_BUF). */
const PORTION = 3072;
const LONGEST_WRITE = 4096;
/** Milliseconds a line waits for others at most. */
const WAIT_MS = 200;

/**
 * The log: one JSON line for each event, on standard output unless a destination is given. Lines are written some at a time,
 * within 200 ms, and before the process ends, also by a fault; a process that is killed or runs out of memory loses the last ones.
 * @param isTraced every line says to which trace it belongs (`trace_id`, the name OpenTelemetry gives it in other formats)
 */
export function createLogger(
  level: string,
  destination: DestinationStream = standardOutput(),
  isTraced = false,
): Logger {
  const options = {
    ...(isTraced ? { mixin: sayTrace } : {}),
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
      err: tellError,
    },
  };
  return pino(options, destination);
}

function sayTrace(): Record<string, string> {
  const traceId = currentTraceId();
  return traceId === undefined ? {} : { trace_id: traceId };
}

function standardOutput(): DestinationStream {
  const output = pino.destination({
    dest: 1,
    sync: true,
    minLength: PORTION,
    maxWrite: LONGEST_WRITE,
    periodicFlush: WAIT_MS,
  });
  process.once('exit', () => {
    try {
      output.flushSync();
    } catch {
      // Nobody reads it any more.
    }
  });
  return output;
}

/**
 * What the log says of an error: message, stack, a closed list of its members, and its causes. Libraries put requests,
 * answers and rows into others (`detail` of a PostgreSQL error repeats the row).
 */
function tellError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : 'what was thrown is no error';
  const members = error as unknown as Record<string, unknown>;
  const plain = MEMBERS.filter((name) => ['string', 'number'].includes(typeof members[name]));
  const further = depth < MOST_CAUSES;
  return {
    type: error.constructor.name,
    message: error.message,
    stack: error.stack,
    ...Object.fromEntries(plain.map((name) => [name, members[name]])),
    ...(further && error.cause !== undefined ? { cause: tellError(error.cause, depth + 1) } : {}),
    ...(further && error instanceof AggregateError
      ? { errors: error.errors.slice(0, MOST_CAUSES).map((each) => tellError(each, depth + 1)) }
      : {}),
  };
}
