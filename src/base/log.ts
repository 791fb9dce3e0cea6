/** One JSON line for each event; the implementation (pino) is made in `http/logger.ts` and passed in. */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** A log that discards everything, for commands whose output is their result. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
