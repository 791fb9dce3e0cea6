import { ExportResultCode } from '@opentelemetry/core';
import type { ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../base/log.ts';

/** An exporter that tells the log when traces stop to arrive and when they arrive again. */
export class ReportingExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #log: Log;
  #arrives = true;

  constructor(exporter: SpanExporter, log: Log) {
    this.#exporter = exporter;
    this.#log = log;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      const arrives = result.code === ExportResultCode.SUCCESS;
      if (!arrives && this.#arrives) {
        this.#log.warn({ code: codeOf(result.error) }, 'traces are not taken; those that do not fit are dropped');
      }
      if (arrives && !this.#arrives) this.#log.info({}, 'traces are taken again');
      this.#arrives = arrives;
      done(result);
    });
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }
}

/** The status or the system's word; an answer's text is the receiver's, and not logged. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'number') return String(code);
  return typeof code === 'string' && /^[A-Z_]{3,30}$/.test(code) ? code : 'no answer in time';
}
