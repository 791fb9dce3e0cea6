import { resourceFromAttributes } from '@opentelemetry/resources';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Sampler } from '@opentelemetry/sdk-trace';
import { createTracer } from './create-tracer.ts';
import { ReportingExporter } from './reporting-exporter.ts';
import type { Log } from '../base/log.ts';
import { traceWith } from '../base/signals/spans.ts';

/*
 * Traces, for operators who set a receiver. Loaded only then.
 *
 *   start-tracing.ts       the parts of OpenTelemetry that are used, and their bounds
 *   create-tracer.ts       work that was told (base/signals/spans.ts) becomes spans; the closed list of attributes
 *   reporting-exporter.ts  says in the log that traces do not arrive, and that they do again
 */

/** What an operator may choose, see the settings `OTEL_…`. */
export interface TracingSettings {
  url: string;
  headers: Record<string, string>;
  serviceName: string;
  sampler: string;
  /** 0 to 1. */
  part: number;
}

/** Spans that wait to be sent at most; further ones are dropped. Each is about a kilobyte. */
const MOST_WAITING = 2048;
const MOST_SENT_TOGETHER = 512;
/** Requests to the receiver at once at most: a stop sends all that waits. */
const MOST_AT_ONCE = MOST_WAITING / MOST_SENT_TOGETHER + 1;
const EVERY_MS = 2000;
const ANSWER_MS = 5000;
/** A stop waits so long for the receiver. */
const STOP_MS = 2000;

/**
 * Traces everything from now on. Nothing waits for the receiver: what it does not take in time is lost, and of what waits
 * for it there is a bound.
 * @returns what ends that: sends what is left, for two seconds at most
 */
export function startTracing(
  settings: TracingSettings,
  { log, version }: { log: Log; version: string },
): () => Promise<void> {
  const ending = new AbortController();
  // Given to each socket: a receiver that never ends its answer must not keep the process alive.
  const sockets = { keepAlive: true, signal: ending.signal };
  const { url, headers } = settings;
  const exporter = new OTLPTraceExporter({
    url,
    headers,
    timeoutMillis: ANSWER_MS,
    concurrencyLimit: MOST_AT_ONCE,
    httpAgentOptions: sockets,
  });
  const processor = new BatchSpanProcessor({
    exporter: new ReportingExporter(exporter, log),
    maxQueueSize: MOST_WAITING,
    maxExportBatchSize: MOST_SENT_TOGETHER,
    scheduledDelayMillis: EVERY_MS,
    exportTimeoutMillis: ANSWER_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': settings.serviceName, 'service.version': version }),
    sampler: samplerOf(settings),
    spanProcessors: [processor],
  });
  const stop = traceWith(createTracer(provider.getTracer('gatehouse', version)));
  return async () => {
    stop();
    const waited = Promise.withResolvers<void>();
    const timer = setTimeout(waited.resolve, STOP_MS);
    // What a receiver did not take is in the log already.
    await Promise.race([provider.shutdown().catch(() => {}), waited.promise]);
    clearTimeout(timer);
    ending.abort();
  };
}

/** The samplers of the specification, by their names in `OTEL_TRACES_SAMPLER`. */
function samplerOf({ sampler, part }: TracingSettings): Sampler {
  const [, isByParent, name] = /^(parentbased_)?(.*)$/.exec(sampler) ?? [];
  const root =
    name === 'always_off'
      ? new AlwaysOffSampler()
      : name === 'traceidratio'
        ? new TraceIdRatioBasedSampler(part)
        : new AlwaysOnSampler();
  return isByParent === undefined ? root : new ParentBasedSampler({ root });
}
