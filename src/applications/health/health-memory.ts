import { MINUTE } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';

/** Anybody can send a bad request: so many of one application and cause become events in each window. */
export const MOST_EVENTS = 10;
/** How long they are counted together. */
export const WINDOW: Seconds = 10 * MINUTE;
/** A login that worked is written again after this time, or at once when something failed since. */
const MARKED_EVERY: Seconds = MINUTE;
/** Most entries that are kept of what is over. */
const MOST_KEPT = 5000;

interface Window {
  since: number;
  /** In this window. */
  count: number;
  /** Not written yet. */
  pending: number;
}

/** What a server process remembers of refused requests and of logins, so that a flood of either costs no statements. */
export interface HealthMemory {
  /**
   * Counts a refused request. The first ten of a window are written one by one, then the hundredth, the thousandth and so on.
   * @returns how many are to be written now; 0 for none
   */
  failed(about: { clientId: string; cause: string }, now: Date): number;
  /** Whether a login that worked is to be written now. */
  worked(clientId: string, now: Date): boolean;
}

/** The memory of one server process. */
export function createHealthMemory(): HealthMemory {
  const windows = new Map<string, Window>();
  const marked = new Map<string, number>();
  return {
    failed({ clientId, cause }, now) {
      const at = now.getTime();
      const key = `${clientId} ${cause}`;
      const known = windows.get(key);
      const isOpen = known !== undefined && at - known.since < WINDOW * 1000;
      const window = isOpen ? known : { since: at, count: 0, pending: known?.pending ?? 0 };
      windows.set(key, window);
      window.count += 1;
      window.pending += 1;
      if (windows.size > MOST_KEPT) deleteExpired(windows, ({ since }) => at - since >= WINDOW * 1000);
      if (window.count > MOST_EVENTS && !isPowerOfTen(window.count)) return 0;
      marked.delete(clientId);
      const { pending } = window;
      window.pending = 0;
      return pending;
    },
    worked(clientId, now) {
      const at = now.getTime();
      if (at - (marked.get(clientId) ?? Number.NEGATIVE_INFINITY) < MARKED_EVERY * 1000) return false;
      marked.set(clientId, at);
      if (marked.size > MOST_KEPT) deleteExpired(marked, (since) => at - since >= MARKED_EVERY * 1000);
      return true;
    },
  };
}

function isPowerOfTen(count: number): boolean {
  return /^10+$/.test(String(count));
}

function deleteExpired<T>(kept: Map<string, T>, isOver: (one: T) => boolean): void {
  for (const [key, one] of kept) if (isOver(one)) kept.delete(key);
}
