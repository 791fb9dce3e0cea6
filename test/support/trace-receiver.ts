import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it was received. */
export interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  /** Empty for the first one of a trace. */
  parentSpanId: string;
  attributes: Record<string, string | number>;
  isError: boolean;
}

/** How a receiver answers: takes what comes, refuses it, never answers, or begins an answer that has no end. */
export type ReceiverMood = 'takes' | 'refuses' | 'silent' | 'endless';

/** A receiver of traces: OTLP over HTTP, in JSON. */
export interface TraceReceiver extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  url: string;
  mood: ReceiverMood;
  /** What it took. */
  spans: ReceivedSpan[];
  /** All that was sent to it, heads included, as it came. */
  texts: string[];
  /** Requests that came. */
  asked: number;
  /** Answers those that still wait. */
  answerAll(): void;
}

interface SentValue {
  stringValue?: string;
  intValue?: number | string;
}
interface Sent {
  resourceSpans: {
    scopeSpans: {
      spans: {
        name: string;
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        attributes?: { key: string; value: SentValue }[];
        status?: { code?: number };
      }[];
    }[];
  }[];
}
/** Of the status of a span (OTLP, `Status.StatusCode`). */
const ERROR = 2;

/** Listens on loopback. */
export async function startTraceReceiver(mood: ReceiverMood = 'takes'): Promise<TraceReceiver> {
  const waiting = new Set<ServerResponse>();
  const take = (text: string): void => {
    const { resourceSpans } = JSON.parse(text) as Sent;
    for (const span of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))) {
      const { name, traceId, spanId, parentSpanId = '', attributes = [], status } = span;
      const pairs = attributes.map(
        ({ key, value }) => [key, value.stringValue ?? Number(value.intValue ?? Number.NaN)] as const,
      );
      const isError = status?.code === ERROR;
      receiver.spans.push({
        name,
        traceId,
        spanId,
        parentSpanId,
        attributes: Object.fromEntries(pairs),
        isError,
      });
    }
  };
  const server = createServer((request, response) => {
    receiver.asked += 1;
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (text += part));
    request.on('end', () => {
      receiver.texts.push(JSON.stringify([request.url, request.headers]), text);
      response.setHeader('content-type', 'application/json');
      if (receiver.mood === 'refuses') response.writeHead(400).end('{"message":"we do not want this"}');
      else if (receiver.mood === 'takes') {
        take(text);
        response.end('{}');
      } else {
        if (receiver.mood === 'endless') response.write(' ');
        take(text);
        waiting.add(response);
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // The receivers' own answer has no end for as long as it lives.
  const drip = setInterval(() => {
    for (const response of waiting) if (response.headersSent) response.write(' ');
  }, 200).unref();
  const receiver: TraceReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood,
    spans: [],
    texts: [],
    asked: 0,
    answerAll() {
      for (const response of waiting) response.end('{}');
      waiting.clear();
    },
    async [Symbol.asyncDispose]() {
      clearInterval(drip);
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return receiver;
}
