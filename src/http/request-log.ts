import { LogController } from 'fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** One line for each request, written when it is answered or its connection is lost: what was asked, and how it ended. */
export class RequestLog extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(error: FastifyError | null | undefined, req: FastifyRequest, res: FastifyReply): void {
    const line = { req, res, responseTime: res.elapsedTime };
    if (error) res.log.error({ ...line, err: error }, 'request errored');
    else res.log.info(line, 'request completed');
  }
}
