import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../base/errors.ts';
import { isRunning, processesIn, readIfThere, removeIfThere, workingFolder } from './process-facts.ts';

/** A PostgreSQL server that runs: its first process, where it listens, when it began (ISO 8601). */
export interface RunningServer {
  pid: number;
  port: number;
  started: string;
}

const POLL_MS = 20;
const STOP_MS = 60_000;
/** Children of a killed server end by themselves once they notice; one that computes notices late. */
const NOTICE_MS = 5000;

/**
 * The server that runs on a database folder, by its `postmaster.pid`. A file that a crash left may name a process that
 * is somebody else's by now, or come from another folder with a copy: then nothing runs here. Waits for a server that
 * is stopping.
 */
export async function findRunning(database: string): Promise<RunningServer | undefined> {
  for (;;) {
    const text = (await readIfThere(pidFileOf(database))) ?? '';
    const [pidLine, madeIn, startedAt, port, , , , status] = text.split('\n').map((line) => line.trim());
    const pid = Number(pidLine);
    if (!(pid > 0) || !(await isRunning(pid))) return undefined;
    const cwd = await workingFolder(pid);
    if (cwd === undefined ? madeIn !== database : cwd !== database) return undefined;
    if (status === 'stopping') await waitUntilGone(pid);
    else if (Number(port) > 0) {
      return { pid, port: Number(port), started: new Date(Number(startedAt) * 1000).toISOString() };
    } else await pause(POLL_MS); // it has begun to write the file
  }
}

/**
 * Before a start: removes what a killed server left. PostgreSQL refuses to start while a process of the id in
 * `postmaster.pid` exists, also when that is a zombie nobody collects or a stranger's; we know that none serves here
 * ({@link findRunning}). Removing the file is safe only when nobody uses the files any more, so children of the killed
 * server are waited for and then killed. The caller holds the start lock. Without /proc PostgreSQL's own check decides.
 */
export async function clearRemains(database: string): Promise<void> {
  let left = await processesIn(database, 'postgres');
  for (let waited = 0; left !== undefined && left.length > 0; waited += POLL_MS) {
    if (waited >= NOTICE_MS) for (const pid of left) kill(pid);
    await pause(POLL_MS);
    left = await processesIn(database, 'postgres');
  }
  if (left !== undefined) await removeIfThere(pidFileOf(database));
}

/** Waits until a server has ended; throws `database.unavailable` when it does not. */
export async function waitUntilGone(pid: number): Promise<void> {
  for (let waited = 0; await isRunning(pid); waited += POLL_MS) {
    if (waited > STOP_MS) {
      throw new AppError('database.unavailable', { detail: `PostgreSQL (process ${pid}) does not stop.` });
    }
    await pause(POLL_MS);
  }
}

function pidFileOf(database: string): string {
  return join(database, 'postmaster.pid');
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended meanwhile
  }
}
