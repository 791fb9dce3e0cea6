import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Figure } from '../figures.ts';

const EVERY_MS = 200;
/** A pool that grew, files that were opened once: no leak yet. */
const MORE_DESCRIPTORS = 24;
const PATIENCE_MS = 20_000;

/** Resident memory (MiB) and open descriptors of a process, from /proc; zeros once it is gone. */
export function look(pid: number): { memory: number; descriptors: number } {
  try {
    const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { memory: Math.round(Number(kib ?? 0) / 1024), descriptors: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return { memory: 0, descriptors: 0 };
  }
}

/** Begins to watch a process; `end` gives what it held before, at most and afterwards, descriptors once they are back. */
export function watch(pid: number): { end(name?: string): Promise<Figure[]> } {
  const before = look(pid);
  const most = { ...before };
  const timer = setInterval(() => {
    const now = look(pid);
    most.memory = Math.max(most.memory, now.memory);
    most.descriptors = Math.max(most.descriptors, now.descriptors);
  }, EVERY_MS);
  return {
    async end(name) {
      clearInterval(timer);
      const until = performance.now() + PATIENCE_MS;
      while (look(pid).descriptors > before.descriptors + MORE_DESCRIPTORS && performance.now() < until)
        await pause(500);
      const after = look(pid);
      const inCase = name === undefined ? {} : { case: name };
      return [
        {
          ...inCase,
          what: 'memory before, at most, after',
          measured: `${before.memory}, ${most.memory}, ${after.memory} MiB`,
        },
        {
          ...inCase,
          what: 'descriptors before, at most, after',
          measured: `${before.descriptors}, ${most.descriptors}, ${after.descriptors}`,
        },
        {
          ...inCase,
          what: 'descriptors that stay open',
          measured: Math.max(0, after.descriptors - before.descriptors),
          atMost: MORE_DESCRIPTORS,
        },
      ];
    },
  };
}
