import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../../demo/free-port.ts';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';

/** A PostgreSQL that is not ours: the operating system's, for one test run. */
export interface ExternalPostgres {
  /** Connects as a role that may create roles and databases, to a database it owns; not a superuser. */
  url: string;
  superuserUrl: string;
  /** Major version, e.g. 15. */
  version: number;
  port: number;
  /** Makes an empty database owned by the role of `url` and returns its URL. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The folder with `initdb` and `postgres`, newest version first; undefined where none is installed. */
export function findPostgresBinaries(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const versions = readdirSync(DEBIAN).filter((name) => existsSync(join(DEBIAN, name, 'bin', 'initdb')));
  const [newest] = versions.sort((one, other) => Number(other) - Number(one));
  return newest === undefined ? undefined : join(DEBIAN, newest, 'bin');
}

/** How a command is run by somebody who is not root, which PostgreSQL insists on. */
type AsOrdinaryUser = (command: string, ...args: string[]) => [string, ...string[]];

async function ordinaryUser(folder: string): Promise<AsOrdinaryUser> {
  if (process.getuid?.() !== 0) return (command, ...args) => [command, ...args];
  const inNamespace = ['-U', '--map-user=1000', '--map-group=1000'];
  try {
    await run('unshare', [...inNamespace, 'true']);
    return (command, ...args) => ['unshare', ...inNamespace, command, ...args];
  } catch {
    const { stdout } = await run('id', ['-u', 'postgres']);
    await chown(folder, Number(stdout), -1);
    // setpriv becomes the command, where runuser would stay in between and keep our signals to itself
    const identity = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
    return (command, ...args) => ['setpriv', ...identity, command, ...args];
  }
}

/**
 * Starts a throw-away cluster on loopback. Nothing is synced to disk: the folder goes when it stops.
 * Throws a plain Error with the server's own words when it does not come up.
 */
export async function startExternalPostgres(): Promise<ExternalPostgres> {
  const binaries = findPostgresBinaries();
  if (binaries === undefined) throw new Error(`no PostgreSQL below ${DEBIAN}; install Debian's package "postgresql"`);
  const folder = await mkdtemp(join(tmpdir(), 'external-postgres-'));
  const as = await ordinaryUser(folder);
  const data = join(folder, 'data');
  const password = randomBytes(18).toString('base64url');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password);
  await chmod(passwordFile, 0o644); // the folder itself is closed to others
  const [initdb, ...initArgs] = as(
    join(binaries, 'initdb'),
    `--pgdata=${data}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  );
  await run(initdb, initArgs);
  const { child, port, ended } = await startPostmaster(as, binaries, folder);
  const url = (user: string, database: string): string =>
    `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  const superuserUrl = url('postgres', 'postgres');

  const createDatabase = async (name: string): Promise<string> => {
    await execute(superuserUrl, `create database ${pg.escapeIdentifier(name)} owner gatehouse`);
    return url('gatehouse', name);
  };
  const stop = async (): Promise<void> => {
    process.off('exit', killNow);
    child.kill('SIGQUIT'); // immediate: the data is thrown away
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const killNow = (): void => void child.kill('SIGQUIT');
  process.on('exit', killNow);
  const options = `login createrole createdb password ${pg.escapeLiteral(password)}`;
  await execute(superuserUrl, `create role gatehouse ${options}`);
  return {
    url: await createDatabase('gatehouse'),
    superuserUrl,
    version: Number(binaries.split('/').at(-2)),
    port,
    createDatabase,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The postmaster cannot choose a free port itself; another process may take ours first, so it is tried again. */
async function startPostmaster(
  as: AsOrdinaryUser,
  binaries: string,
  folder: string,
): Promise<{ child: ChildProcess; port: number; ended: Promise<void> }> {
  let said = '';
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const port = await freePort();
    const settings = {
      port: String(port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
      autovacuum: 'off', // its worker belongs to the superuser and would keep a database from being dropped
      max_connections: '200',
      shared_buffers: '64MB',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const [command, ...args] = as(join(binaries, 'postgres'), '-D', join(folder, 'data'), ...flags);
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const came = await new Promise<boolean>((resolve) => {
      void ended.then(() => resolve(false));
      child.stderr.setEncoding('utf8').on('data', (words: string) => {
        said = (said + words).slice(-4000);
        if (words.includes('ready to accept connections')) resolve(true);
      });
    });
    if (came) return { child, port, ended };
  }
  await rm(folder, { recursive: true, force: true });
  throw new Error(`PostgreSQL did not start: ${said}`);
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
