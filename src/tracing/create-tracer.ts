import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Span, Tracer as Writer } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { OpenSpan, Outcome, Tracer, Work } from '../base/signals/spans.ts';

/** All attributes that a span may have. Nothing that a request said is among their values. */
export const ATTRIBUTES = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'server.address',
  'server.port',
  'db.system.name',
  'db.query.summary',
  'error.type',
  'gatehouse.request_id',
  'gatehouse.lane',
  'gatehouse.job',
  'gatehouse.attempt',
  'gatehouse.waited_ms',
] as const;
type Attribute = (typeof ATTRIBUTES)[number];
type Facts = { [name in Attribute]?: string | number | undefined };

interface Beginning {
  name: string;
  kind: SpanKind;
  facts: Facts;
}

/** Of an unrecorded trace nothing is made below its first span. */
const UNRECORDED: OpenSpan = { traceId: undefined, end: () => {} };

/** Makes spans of the work that is told. */
export function createTracer(writer: Writer): Tracer {
  const spans = new WeakMap<OpenSpan, Span>();
  return {
    begin(work, parent) {
      if (parent !== undefined && parent.traceId === undefined) return UNRECORDED;
      const { name, kind, facts } = beginningOf(work);
      const inside = parent === undefined ? undefined : spans.get(parent);
      const context = inside === undefined ? outsideOf(work) : trace.setSpan(ROOT_CONTEXT, inside);
      const span = writer.startSpan(name, { kind, attributes: attributesOf(facts) }, context);
      if (!span.isRecording()) return UNRECORDED;
      const open: OpenSpan = {
        traceId: span.spanContext().traceId,
        end(outcome) {
          endSpan(span, work, outcome);
        },
      };
      spans.set(open, span);
      return open;
    },
  };
}

/** The trace that a trusted proxy began (W3C Trace Context), else none. Its `tracestate` is not read: it is the proxy's own. */
function outsideOf(work: Work): Context {
  if (work.kind !== 'request' || work.traceparent === undefined) return ROOT_CONTEXT;
  const stated = parseTraceParent(work.traceparent);
  return stated === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...stated, isRemote: true });
}

function beginningOf(work: Work): Beginning {
  switch (work.kind) {
    case 'request': {
      const facts = { 'http.request.method': methodOf(work.method), 'gatehouse.request_id': work.id };
      return { name: methodOf(work.method), kind: SpanKind.SERVER, facts };
    }
    case 'statement': {
      const facts = { 'db.system.name': 'postgresql', 'db.query.summary': work.name };
      return { name: work.name, kind: SpanKind.CLIENT, facts };
    }
    case 'wait':
      return {
        name: 'wait for a shared statement',
        kind: SpanKind.INTERNAL,
        facts: { 'gatehouse.lane': work.lane },
      };
    case 'call': {
      const { hostname, port } = new URL(`https://${work.host}`);
      const facts = {
        'http.request.method': methodOf(work.method),
        'server.address': hostname,
        'server.port': port === '' ? undefined : Number(port),
      };
      return { name: methodOf(work.method), kind: SpanKind.CLIENT, facts };
    }
    case 'password':
      return { name: `argon2 ${work.what}`, kind: SpanKind.INTERNAL, facts: {} };
    case 'job': {
      const facts = { 'gatehouse.job': work.name, 'gatehouse.attempt': work.attempt };
      return { name: `job ${work.name}`, kind: SpanKind.INTERNAL, facts };
    }
  }
}

function endSpan(span: Span, work: Work, { status, route, waited, failure }: Outcome): void {
  const isFault = failure !== undefined || (work.kind === 'request' && (status ?? 0) >= 500);
  span.setAttributes(
    attributesOf({
      'http.response.status_code': status,
      'http.route': route,
      'gatehouse.waited_ms': waited === undefined ? undefined : Math.round(waited),
      'error.type': failure ?? (isFault ? String(status) : undefined),
    }),
  );
  if (work.kind === 'request' && route !== undefined) span.updateName(`${methodOf(work.method)} ${route}`);
  if (isFault) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function attributesOf(facts: Facts): Attributes {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A method that nobody uses is one word, whatever it says. */
function methodOf(method: string): string {
  return METHODS.has(method) ? method : '_OTHER';
}
