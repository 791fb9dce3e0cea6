import type { IncomingMessage, ServerResponse } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { beginTrace, within } from '../base/signals/spans.ts';

/** A request, as its span tells it. */
interface AboutRequest {
  /** The one in the log. */
  id: string;
  raw: IncomingMessage;
  response: ServerResponse;
  /** The pattern it matched, asked when it ends. */
  route: () => string | undefined;
}

const traceIds = new WeakMap<IncomingMessage, string>();

/** Makes of each request a span, which ends when its connection has the answer or is lost; without a tracer it only does `work`. */
export type TraceRequest = <T>(request: AboutRequest, work: () => T) => T;

/** @param trustedProxies those whose `traceparent` is believed; of everybody else's requests a new trace begins */
export function createRequestTracing(trustedProxies: readonly string[]): TraceRequest {
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (request, work) => {
    const { raw, response, id, route } = request;
    const { traceparent } = raw.headers;
    const { remoteAddress } = raw.socket;
    const believed = traceparent !== undefined && remoteAddress !== undefined && isTrusted(remoteAddress, 0);
    const span = beginTrace({
      kind: 'request',
      method: raw.method ?? '',
      id,
      traceparent: believed ? String(traceparent) : undefined,
    });
    if (span === undefined) return work();
    if (span.traceId !== undefined) traceIds.set(raw, span.traceId);
    response.once('close', () => {
      const failure = response.writableFinished ? undefined : 'aborted';
      span.end({ status: response.statusCode, route: route(), failure });
    });
    return within(span, work);
  };
}

/** Id of the trace of a request, where one is recorded. */
export function traceIdOf(raw: IncomingMessage): string | undefined {
  return traceIds.get(raw);
}
