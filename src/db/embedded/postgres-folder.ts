import { chmod, chown, mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { platform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../base/errors.ts';
import { newAccess, readAccess, urlOf, writeAccess } from './access.ts';
import type { Access } from './access.ts';
import type { PostgresProgram } from './postgres-program.ts';
import { clearRemains, findRunning, waitUntilGone } from './pid-file.ts';
import { isRunning, readIfThere } from './process-facts.ts';
import { addUsers, makeUsers, resetPasswords } from './database-users.ts';
import { archiveSettings } from './log-archive.ts';
import { ASIDE } from './put-files.ts';

/** A data folder whose database we run. */
export interface PostgresFolder {
  /** The data folder, without symbolic links. The database is in `postgres`, how to reach it in `postgres.json`. */
  dataFolder: string;
  program: PostgresProgram;
  /** Whether a connection can be made; throws the driver's error. */
  probe(url: string): Promise<void>;
  /** Server settings besides ours. */
  settings: Readonly<Record<string, string>>;
  /** Whether the user that migrates may create further databases. */
  mayCreateDatabases: boolean;
}

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '400', // for the most workers that GATEHOUSE_WORKERS takes
  shared_buffers: '48MB',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  wal_level: 'replica', // a copy of the files is made whole by the log written meanwhile
  max_wal_senders: '0',
  fsync: 'on',
  jit: 'off', // our statements are short: compiling them costs more than it saves
  io_method: 'sync', // saves the I/O processes of version 18
  random_page_cost: '1.1',
  log_checkpoints: 'off',
  // Only starts, stops and crashes are logged: a refused statement may name a person.
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
/** How long a start may take, replaying the log of a crash included. */
const PATIENCE_SECONDS = 60;
/** Not listening yet; starting, perhaps replaying its log (57P03); a crash of one of its processes ends all (57P0x). */
const COMING_UP: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P02', '57P03']);
const LOG_BYTES = 10_000_000;

/**
 * Makes the database when there is none, starts it when it does not run. The caller holds the start lock. Throws
 * `database.other-version` before anything is touched where another major version of PostgreSQL made it, and
 * `data.restore-interrupted` where a restore moved the database aside and put none into its place.
 *
 * @param port the port to listen on, for a server that comes back to connections that know it.
 */
export async function ensureRunning(folder: PostgresFolder, port?: number): Promise<Access> {
  await requireOwnVersion(folder);
  const known = await readAccess(folder.dataFolder);
  if ((await stat(databaseFolder(folder)).catch(() => undefined)) === undefined) {
    await requireNoneAside(folder);
    await initialize(folder);
  } else if (known === undefined) await writeAfter(folder, async (database) => resetPasswords(folder, database));
  else if (known.ownerPassword === undefined || (await lacksBackups(folder, known))) {
    await writeAfter(folder, async (database) => addUsers(folder, database, known));
  }
  const passwords = (await readAccess(folder.dataFolder)) ?? unreachable();

  for (let attempt = 1; ; attempt += 1) {
    const running = await findRunning(databaseFolder(folder));
    try {
      if (running === undefined) return await start(folder, passwords, port);
      const access = { ...passwords, ...running };
      await waitUntilReady(folder, access, running.pid);
      if (known?.pid !== running.pid || known.port !== running.port) await writeAccess(folder.dataFolder, access);
      return access;
    } catch (error) {
      // It ended while we waited, or another came up meanwhile, begun by a process that was killed just then.
      const again = running === undefined ? startedElsewhere(error) : !(await isRunning(running.pid));
      if (attempt === 3 || !again) throw error;
    }
  }
}

/** A restore that ended between its last two steps has moved the database aside: an empty one made now would hide it. */
async function requireNoneAside(folder: PostgresFolder): Promise<void> {
  const names = await readdir(folder.dataFolder).catch(() => []);
  const aside = names.find((name) => name.startsWith(ASIDE) && !name.endsWith('.json'));
  if (aside === undefined) return;
  throw new AppError('data.restore-interrupted', { values: { folder: folder.dataFolder, aside } });
}

async function requireOwnVersion(folder: PostgresFolder): Promise<void> {
  const place = databaseFolder(folder);
  const made = (await readIfThere(join(place, 'PG_VERSION')))?.trim();
  const { major } = folder.program;
  if (made === undefined || made === String(major)) return;
  throw new AppError('database.other-version', {
    detail: `The database in ${place} was made by PostgreSQL ${made}, and this version of Gatehouse brings PostgreSQL ${major}, which cannot read it. Nothing was changed: “gatehouse database upgrade” moves the data, and the version of Gatehouse before this one still runs on it.`,
  });
}

/** Changes the users of a stopped database, then writes how to reach it. */
async function writeAfter(folder: PostgresFolder, change: (database: string) => Promise<Access>): Promise<void> {
  await stopRunning(folder);
  await clearRemains(databaseFolder(folder));
  await writeAccess(folder.dataFolder, await change(databaseFolder(folder)));
}

/** One that runs, of a version before, is left alone: it can be backed up once it was stopped. */
async function lacksBackups(folder: PostgresFolder, known: Access): Promise<boolean> {
  return known.backupPassword === undefined && (await findRunning(databaseFolder(folder))) === undefined;
}

function startedElsewhere(error: unknown): boolean {
  return error instanceof AppError && /lock file .* already exists|is still in use/.test(error.detail ?? '');
}

/** Stops the server, rolling back what is open. Nothing happens when it does not run. */
export async function stopRunning(folder: PostgresFolder): Promise<void> {
  const running = await findRunning(databaseFolder(folder));
  if (running === undefined) return;
  if (platform() === 'win32') {
    await folder.program.run('pg_ctl', ['stop', '--mode=fast', '-D', databaseFolder(folder)]);
  } else {
    process.kill(running.pid, 'SIGINT');
  }
  await waitUntilGone(running.pid);
}

function databaseFolder(folder: PostgresFolder): string {
  return join(folder.dataFolder, 'postgres');
}

/** Makes the database beside its place and moves it there when it is whole, so a kill leaves none or a usable one. */
async function initialize(folder: PostgresFolder): Promise<void> {
  const draft = join(folder.dataFolder, 'postgres.new');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const { owner } = folder.program;
  if (owner !== undefined) {
    await chown(draft, owner.uid, owner.gid);
    // The other account has to pass through; every secret in the folder is a file only we can read.
    const { mode } = await stat(folder.dataFolder);
    await chmod(folder.dataFolder, mode | 0o011);
  }
  // The built-in locale does not depend on the machine's libraries, so indexes stay right wherever the folder goes.
  await folder.program.run('initdb', [
    `--pgdata=${draft}`,
    '--username=postgres',
    '--auth=reject',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ]);
  // The superuser never logs in: what needs it is done here, without a server.
  const hosts = 'host all postgres all reject\nhost all all 127.0.0.1/32 scram-sha-256\n';
  await writeOwned(folder, join(draft, 'pg_hba.conf'), hosts);
  const access = newAccess();
  await makeUsers(folder, draft, access);
  await writeAccess(folder.dataFolder, access);
  await rename(draft, databaseFolder(folder));
}

async function start(folder: PostgresFolder, passwords: Access, wantedPort: number | undefined): Promise<Access> {
  await clearRemains(databaseFolder(folder));
  const logFile = join(folder.dataFolder, 'postgres.log');
  if (((await stat(logFile).catch(() => undefined))?.size ?? 0) > LOG_BYTES) await truncate(logFile);
  const archiving = await archiveSettings(folder.dataFolder, databaseFolder(folder));
  const flags = Object.entries({ ...SETTINGS, ...archiving, ...folder.settings })
    .filter(([name]) => name !== 'io_method' || folder.program.major >= 18)
    .flatMap(([name, value]) => ['-c', `${name}=${value}`]);

  // Between finding a free port and listening on it somebody else may take it: then the server ends, and another is tried.
  for (let attempt = 1; ; attempt += 1) {
    const port = wantedPort ?? (await freePort());
    const logged = (await stat(logFile).catch(() => undefined))?.size ?? 0;
    const child = await folder.program.start(['-D', databaseFolder(folder), '-p', String(port), ...flags], logFile);
    const spawned = new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      if (child.pid !== undefined) resolve(child.pid);
    });
    const access: Access = { ...passwords, port, pid: await spawned, started: null };
    try {
      await waitUntilReady(folder, access, await spawned);
      access.started = (await findRunning(databaseFolder(folder)))?.started ?? null;
      await writeAccess(folder.dataFolder, access);
      return access;
    } catch (cause) {
      if (cause instanceof AppError) {
        await stopRunning(folder);
        throw cause;
      }
      const said = (await readFile(logFile, 'utf8')).slice(logged);
      if (attempt < 3 && /could not bind|could not create any TCP/.test(said)) continue;
      const reason = /FATAL: .*/.exec(said)?.[0] ?? (cause instanceof Error ? cause.message : String(cause));
      throw new AppError('database.unavailable', {
        detail: `PostgreSQL in ${databaseFolder(folder)} did not start: ${reason} (more in ${logFile})`,
        cause,
      });
    }
  }
}

async function waitUntilReady(folder: PostgresFolder, access: Access, pid: number): Promise<void> {
  for (let waited = 0; ; waited += 20) {
    try {
      await folder.probe(urlOf(access));
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === '28P01') throw wrongPassword(folder, error);
      const patient = waited < PATIENCE_SECONDS * 1000 && code !== undefined && COMING_UP.has(code);
      if (!patient || !(await isRunning(pid))) throw error;
      await pause(20);
    }
  }
}

function wrongPassword(folder: PostgresFolder, cause: unknown): AppError {
  const file = join(folder.dataFolder, 'postgres.json');
  return new AppError('database.unavailable', {
    detail: `The password in ${file} is not the database's: remove that file and start again.`,
    cause,
  });
}

async function writeOwned(folder: PostgresFolder, file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  if (folder.program.owner !== undefined) await chown(file, folder.program.owner.uid, folder.program.owner.gid);
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function unreachable(): never {
  throw new Error('postgres.json cannot be read, although it was just written');
}
