import { readFile, readdir, readlink, unlink } from 'node:fs/promises';

/**
 * Whether a process with this id runs, of whichever user. A zombie (ended, not yet collected by its parent) does not;
 * where the first process of a container collects none, zombies stay for ever.
 */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !hasEnded(await statFields(pid));
}

/** Ids of the running processes of this name whose working directory is `folder`; undefined without /proc. */
export async function processesIn(folder: string, name: string): Promise<number[] | undefined> {
  if ((await statFields(process.pid)) === undefined) return undefined;
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const found = await Promise.all(
    pids.map(async (pid) => {
      if ((await nameOf(pid)) !== name || (await workingFolder(pid)) !== folder) return undefined;
      return hasEnded(await statFields(pid)) ? undefined : pid;
    }),
  );
  return found.filter((pid) => pid !== undefined);
}

/** States of /proc/<pid>/stat: zombie and dead. */
function hasEnded(fields: readonly string[] | undefined): boolean {
  return fields?.[0] === 'Z' || fields?.[0] === 'X';
}

async function nameOf(pid: number): Promise<string | undefined> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => undefined))?.trim();
}

/** When a process started, in clock ticks since boot: tells it from a later one with the same id. Null without /proc. */
export async function startTime(pid: number): Promise<string | null> {
  return (await statFields(pid))?.[19] ?? null;
}

/** The working directory of a process; undefined where that cannot be told. */
export async function workingFolder(pid: number): Promise<string | undefined> {
  return readlink(`/proc/${pid}/cwd`).catch(() => undefined);
}

/** /proc/<pid>/stat from the third field (the state) on; the second, the program's name, may hold spaces and brackets. */
async function statFields(pid: number): Promise<string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** A file's text, undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Removes a file; it may be gone already. */
export async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
