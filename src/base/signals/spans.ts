import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Work that takes time, told from its beginning to its end to the tracer of this process, if there is one
 * (`tracing/start-tracing.ts`). Without one each place costs one look.
 *
 * What may be told is closed by these types: words of our own code, names of hosts, numbers, and the ids that the log has too.
 * No address, parameter, header, cookie, form or value of a statement is among them.
 */
export type Work =
  /** A request to us. `id` is the one in the log; `traceparent` (W3C Trace Context) that of a trusted proxy. */
  | { kind: 'request'; method: string; id: string; traceparent: string | undefined }
  /** A statement, by the operations and tables in its text. */
  | { kind: 'statement'; name: string }
  /** A request that waits to share a statement with others. */
  | { kind: 'wait'; lane: 'reads' | 'writes' }
  /** A request that leaves the service. */
  | { kind: 'call'; method: string; host: string }
  /** A password that is hashed or compared, with its wait for its turn. */
  | { kind: 'password'; what: 'hash' | 'compare' }
  | { kind: 'job'; name: string; attempt: number };

/** How work ended; what does not apply is absent. */
export interface Outcome {
  /** HTTP status. */
  status?: number;
  /** The pattern of a request's route. */
  route?: string | undefined;
  /** Milliseconds before the work itself began. */
  waited?: number;
  /** A word of our code or of PostgreSQL (SQLSTATE). */
  failure?: string | undefined;
}

/** Work that was begun. */
export interface OpenSpan {
  /** Id of its trace (32 hexadecimal digits); undefined where it is not recorded. */
  readonly traceId: string | undefined;
  end(outcome: Outcome): void;
}

/** Who writes traces. Neither function throws. */
export interface Tracer {
  /** @param parent the work within which it was begun; undefined where it begins a trace */
  begin(work: Work, parent: OpenSpan | undefined): OpenSpan;
}

const current = new AsyncLocalStorage<OpenSpan | undefined>();
let tracer: Tracer | undefined;

/** Tells `each` of all work from now on; returns what ends that. One tracer at a time: of several the last one. */
export function traceWith(each: Tracer): () => void {
  tracer = each;
  return () => {
    if (tracer === each) tracer = undefined;
  };
}

/** Whether somebody traces: for names that have to be made first. */
export function isTraced(): boolean {
  return tracer !== undefined && current.getStore() !== undefined;
}

/** Id of the trace that is recorded at this moment, for lines of the log. */
export function currentTraceId(): string | undefined {
  return tracer === undefined ? undefined : current.getStore()?.traceId;
}

/** Begins what begins a trace, unless `traceparent` goes on with one; undefined without a tracer. */
export function beginTrace(work: Work & { kind: 'request' | 'job' }): OpenSpan | undefined {
  return tracer?.begin(work, undefined);
}

/** Runs `work` as part of what was begun. */
export function within<T>(span: OpenSpan | undefined, work: () => T): T {
  return span === undefined ? work() : current.run(span, work);
}

/**
 * Runs `work` as a part of the request or job it is done for. What is done for neither is not traced.
 * @param failureOf a word for what was thrown; never its message
 */
export async function traced<T>(
  about: Exclude<Work, { kind: 'request' | 'job' }>,
  work: (note: (outcome: Outcome) => void) => Promise<T>,
  failureOf: (error: unknown) => string = nameOf,
): Promise<T> {
  const parent = tracer === undefined ? undefined : current.getStore();
  if (tracer === undefined || parent === undefined) return work(forget);
  const span = tracer.begin(about, parent);
  let outcome: Outcome = {};
  try {
    return await current.run(span, async () => work((noted) => (outcome = { ...outcome, ...noted })));
  } catch (error) {
    outcome = { ...outcome, failure: failureOf(error) };
    throw error;
  } finally {
    span.end(outcome);
  }
}

function forget(): void {}

/** Of an error its class alone: a message may repeat what was sent. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : 'unknown';
}
