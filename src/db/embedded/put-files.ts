import { chmod, chown, mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { writeAccess } from './access.ts';
import { resetPasswords } from './database-users.ts';
import { withLock } from './folder-lock.ts';
import { restoreCommand } from './log-archive.ts';
import { findRunning, waitUntilGone } from './pid-file.ts';
import { postgresProgram } from './postgres-program.ts';

/** How the name of a database begins that a restore moved aside. */
export const ASIDE = 'postgres.before-';

/** A data folder beside, into which the files of a database are put until they are one that can be started. */
export interface RestoredFolder {
  makeFolders(names: readonly string[]): Promise<void>;
  /** Writes a file; the name is relative to the folder of the database. */
  add(name: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /**
   * Replays the log, which makes the files a database again, on a timeline of its own, and gives its users new passwords.
   * Throws {@link ReplayFailed} with what PostgreSQL said.
   */
  replay(up: UpTo): Promise<Replayed>;
}

/** How far the log is replayed: up to a place (LSN) in what is beside the files, or archived log up to a moment or to its end. */
export type UpTo = { until: string } | { folder: string; line: string; to: Date | undefined };

/** How far it came. */
export interface Replayed {
  /** When the last transaction that is there was committed; undefined where the log brought none. */
  lastCommit: Date | undefined;
  /** Where in the log that was (LSN). */
  end: bigint;
}

/** PostgreSQL did not become a database by the log. */
export class ReplayFailed extends Error {
  /** When the last transaction it came to was committed. */
  readonly lastCommit: Date | undefined;
  /** Whether the log ended before what was asked for. */
  readonly endedEarly: boolean;

  constructor(cause: AppError, said: string) {
    super(cause.detail, { cause });
    this.lastCommit = lastCommitIn(said);
    this.endedEarly = /recovery ended before configured recovery target/.test(said);
  }
}

/** The major version of the PostgreSQL that npm installed, as `18`. */
export async function embeddedVersion(dataFolder: string): Promise<string> {
  const program = await postgresProgram(join(dataFolder, 'postgres'));
  return /(\d+)\.\d+/.exec(await program.run('postgres', ['--version']))?.[1] ?? '';
}

/** Makes the data folder `dataFolder`, which is not there. */
export async function makeRestoredFolder(dataFolder: string): Promise<RestoredFolder> {
  const program = await postgresProgram(join(dataFolder, 'postgres'));
  const { owner } = program;
  await mkdir(dataFolder, { mode: 0o700 });
  // Another account has to pass through, as when a database is made.
  if (owner !== undefined) await chmod(dataFolder, 0o711);
  const database = join(dataFolder, 'postgres');
  const made = new Set<string>();
  const own = async (path: string): Promise<void> => {
    if (owner !== undefined) await chown(path, owner.uid, owner.gid);
  };
  const makeFolder = async (path: string): Promise<void> => {
    if (made.has(path) || path === dataFolder) return;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
    await own(path);
    made.add(path);
  };
  return {
    async makeFolders(names) {
      for (const name of names) await makeFolder(join(database, name));
    },
    async add(name, content) {
      const path = join(database, name);
      await makeFolder(dirname(path));
      const file = await open(path, 'wx', 0o600);
      try {
        for await (const chunk of content) await file.writeFile(chunk);
      } finally {
        await file.close();
      }
      await own(path);
    },
    async replay(up) {
      const signal = join(database, 'recovery.signal');
      await writeFile(signal, '', { mode: 0o600 });
      await own(signal);
      let said = '';
      const access = await resetPasswords({ program, mayCreateDatabases: false }, database, {
        settings: { ...RECOVERY, ...targetOf(up) },
        heard: (text) => (said = text),
      }).catch((cause: unknown) => {
        throw cause instanceof AppError ? new ReplayFailed(cause, said) : cause;
      });
      await writeAccess(dataFolder, access);
      return { lastCommit: lastCommitIn(said), end: await endOfReplay(database) };
    },
  };
}

const RECOVERY = {
  recovery_target_action: 'promote',
  recovery_target_timeline: 'current', // a line of archived log has one
  hot_standby: 'off', // nobody looks meanwhile, so limits of the server that wrote the log do not count
  log_timezone: 'UTC',
};

function targetOf(up: UpTo): Record<string, string> {
  if ('until' in up) {
    // All of the log is beside the files.
    return { restore_command: 'false', recovery_target_lsn: up.until, recovery_target_inclusive: 'off' };
  }
  const { folder, line, to } = up;
  // As an offset: when a server reads its settings it knows no zone by name, not even Z.
  return {
    restore_command: restoreCommand(folder, line),
    ...(to === undefined ? {} : { recovery_target_time: to.toISOString().replace('T', ' ').replace('Z', '+00') }),
  };
}

function lastCommitIn(said: string): Date | undefined {
  const text = /last completed transaction was at log time (\S+ \S+)\+00/.exec(said)?.[1];
  return text === undefined ? undefined : new Date(`${text.replace(' ', 'T')}Z`);
}

/** Where the newest timeline left the one before, as its history says. */
async function endOfReplay(database: string): Promise<bigint> {
  const log = join(database, 'pg_wal');
  const newest =
    (await readdir(log))
      .filter((name) => name.endsWith('.history'))
      .toSorted()
      .at(-1) ?? '';
  const left = (await readFile(join(log, newest), 'utf8')).trim().split('\n').at(-1)?.split('\t')[1] ?? '';
  const [high = '', low = ''] = left.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

/** Removes a data folder beside, with a server that a killed command left running on it. */
export async function removeRestoredFolder(dataFolder: string): Promise<void> {
  const running = await findRunning(join(dataFolder, 'postgres'));
  if (running !== undefined) {
    process.kill(running.pid, 'SIGINT');
    await waitUntilGone(running.pid);
  }
  await rm(dataFolder, { recursive: true, force: true });
}

/**
 * Puts the database of a data folder beside, which is stopped, into `dataFolder`. One that is there is moved to `aside`,
 * how to reach it to `aside.json`. Throws `data.in-use` when it runs.
 */
export async function takeOver(dataFolder: string, beside: string, aside: string): Promise<void> {
  await withLock(join(dataFolder, 'postgres.lock'), async () => {
    const database = join(dataFolder, 'postgres');
    if ((await findRunning(database)) !== undefined)
      throw new AppError('data.in-use', { values: { folder: dataFolder } });
    const access = join(dataFolder, 'postgres.json');
    if (await isThere(access)) await rename(access, `${aside}.json`);
    if (await isThere(database)) await rename(database, aside);
    await rename(join(beside, 'postgres'), database);
    await rename(join(beside, 'postgres.json'), access);
  });
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
