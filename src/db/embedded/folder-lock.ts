import { createHash } from 'node:crypto';
import { link, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { randomUuid } from '../../base/random.ts';
import { isRunning, readIfThere, removeIfThere, startTime } from './process-facts.ts';

/**
 * Who holds a lock. A process id alone is not enough: ids are used again, soon after a restart in a container.
 * `startTime` (clock ticks since boot, from /proc) tells two processes with one id apart; null where there is no /proc.
 * `folder` (its inode) tells a lock that came along with a copy of the folder.
 */
const Holder = z.object({
  pid: z.int().positive(),
  startTime: z.string().nullable(),
  folder: z.string(),
  nonce: z.string(),
});
type Holder = z.infer<typeof Holder>;

/** A lock file held by this process; it is given back by `release` or by the death of the process. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the lock file at `path` or throws `data.locked`. A lock whose process is gone is taken over; of several that
 * try, one gets it.
 */
export async function takeLock(path: string, refusal: (pid: number) => string): Promise<FolderLock> {
  const lock = await tryLock(path);
  if ('heldBy' in lock) throw new AppError('data.locked', { detail: refusal(lock.heldBy) });
  return lock;
}

/** Runs `work` while holding the lock file at `path`, waiting for whoever holds it. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const lock = await tryLock(path);
    if (!('heldBy' in lock)) {
      try {
        return await work();
      } finally {
        await lock.release();
      }
    }
    await pause(50);
  }
}

/** Whether a living process holds the lock file at `path`. */
export async function lockHolder(path: string): Promise<number | undefined> {
  const holder = parseHolder(await readIfThere(path));
  return holder !== undefined && (await isAlive(holder, path)) ? holder.pid : undefined;
}

async function tryLock(path: string): Promise<FolderLock | { heldBy: number }> {
  const me: Holder = {
    pid: process.pid,
    startTime: await startTime(process.pid),
    folder: await folderOf(path),
    nonce: randomUuid(),
  };
  const text = JSON.stringify(me);
  const draft = `${path}.${me.nonce}`;
  await writeFile(draft, text, { mode: 0o600 });
  try {
    const heldBy = await claim(path, draft);
    if (heldBy !== undefined) return { heldBy };
  } finally {
    await removeIfThere(draft);
  }
  return {
    async release() {
      if ((await readIfThere(path)) === text) await removeIfThere(path);
    },
  };
}

/**
 * Makes `path` a link to `draft`; returns the process that holds it instead. Linking fails when the name exists, so
 * a free lock has one winner. A stale lock is replaced under a second lock named after the stale one's content: who
 * looks at the same stale lock meets there, and who comes later finds other content.
 */
async function claim(path: string, draft: string): Promise<number | undefined> {
  for (;;) {
    if (await linked(draft, path)) return undefined;
    const found = await readIfThere(path);
    if (found === undefined) continue;
    const holder = parseHolder(found);
    if (holder !== undefined && (await isAlive(holder, path))) return holder.pid;

    const guard = `${path}.${createHash('sha256').update(found).digest('hex').slice(0, 16)}`;
    if ((await claim(guard, draft)) !== undefined) {
      await pause(10);
      continue;
    }
    try {
      if ((await readIfThere(path)) === found) {
        const copy = `${draft}.copy`;
        await linked(draft, copy);
        // rename() does nothing when both names are links to one file; the stale lock is another file.
        await rename(copy, path);
        return undefined;
      }
    } finally {
      await removeIfThere(guard);
    }
  }
}

async function isAlive(holder: Holder, path: string): Promise<boolean> {
  if (holder.folder !== (await folderOf(path))) return false;
  return (await isRunning(holder.pid)) && (await startTime(holder.pid)) === holder.startTime;
}

async function folderOf(path: string): Promise<string> {
  return String((await stat(dirname(path), { bigint: true })).ino);
}

function parseHolder(text: string | undefined): Holder | undefined {
  if (text === undefined) return undefined;
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
