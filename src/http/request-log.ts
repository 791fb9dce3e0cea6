import { LogController } from 'fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { traceIdOf } from './request-span.ts';
import { REQUEST_ANSWERED } from '../base/signals/signals.ts';

/** What the log says of a request. Nothing that was sent to us can stand in it. */
export interface RequestLine {
  /** The request's id. */
  reqId: string;
  /** `route` is the pattern it matched, never its address; undefined where nothing is there. */
  req: { method: string; route: string | undefined };
  res: { status: number };
  /** Milliseconds. */
  responseTime: number;
  /** Id of its trace, where one is recorded. */
  trace_id?: string;
}

/** Writes the line of a request, when it is answered or its connection is lost. */
export type WriteRequestLine = (line: RequestLine) => void;

/** The lines of requests go through no search for secrets and no serializer: their type leaves nothing to be found. */
export function createRequestLog(log: Logger): WriteRequestLine {
  const lean = log.child({}, { redact: [], serializers: { req: same, res: same } });
  return (line) => {
    lean.info(line, 'request completed');
    REQUEST_ANSWERED.tell(line);
  };
}

function same<T>(value: T): T {
  return value;
}

/** One line for each request that routes answer: what was asked, and how it ended. */
export class RequestLog extends LogController {
  readonly #write: WriteRequestLine;

  constructor(write: WriteRequestLine) {
    super();
    this.#write = write;
  }

  override incomingRequest(): void {}

  override requestCompleted(error: FastifyError | null | undefined, req: FastifyRequest, res: FastifyReply): void {
    const { url: route, logLevel } = req.routeOptions;
    const responseTime = res.elapsedTime;
    const { method, id: reqId } = req;
    const traceId = traceIdOf(req.raw);
    const traced = traceId === undefined ? {} : { trace_id: traceId };
    const line = { reqId, req: { method, route }, res: { status: res.statusCode }, responseTime, ...traced };
    if (!error && logLevel !== 'warn') {
      this.#write(line);
      return;
    }
    if (error) res.log.error({ req, res, responseTime, err: error, ...traced }, 'request errored');
    REQUEST_ANSWERED.tell(line);
  }
}
