import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../../demo/free-port.ts';
import { queryAs } from './query.ts';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';

/** What a test wants otherwise. */
export interface ExternalOptions {
  /** The server offers TLS with this certificate and key, PEM. */
  tls?: { certificate: string; key: string };
  /** Lines of `pg_hba.conf` in the place of `initdb`'s. */
  rules?: readonly string[];
  /** More settings of the server. */
  settings?: Readonly<Record<string, string>>;
  /** The folder in which its own is made; the one for temporary files without it. */
  within?: string;
}

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
  /** What it logged so far. */
  log(): string;
  /** Starts a standby that follows this server; it has the same roles and passwords. */
  startStandby(): Promise<Standby>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A copy that takes no writes until it is promoted. */
export interface Standby extends AsyncDisposable {
  port: number;
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
export async function startExternalPostgres(options: ExternalOptions = {}): Promise<ExternalPostgres> {
  const binaries = findPostgresBinaries();
  if (binaries === undefined) throw new Error(`no PostgreSQL below ${DEBIAN}; install Debian's package "postgresql"`);
  const folder = await mkdtemp(join(options.within ?? tmpdir(), 'external-postgres-'));
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
  const settings = { ...options.settings, ...(await writeTls(as, folder, options.tls)) };
  if (options.rules !== undefined) await writeAs(as, join(data, 'pg_hba.conf'), options.rules.join('\n'));
  const { child, port, ended, log } = await startPostmaster(as, binaries, data, settings);
  const url = (user: string, database: string): string =>
    `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  const superuserUrl = url('postgres', 'postgres');

  const createDatabase = async (name: string): Promise<string> => {
    await queryAs(superuserUrl, `create database ${pg.escapeIdentifier(name)} owner gatehouse`);
    return url('gatehouse', name);
  };
  const startStandby = async (): Promise<Standby> => {
    const copy = join(folder, 'standby');
    const [basebackup, ...words] = as(
      join(binaries, 'pg_basebackup'),
      `--dbname=${superuserUrl}`,
      `--pgdata=${copy}`,
      '--write-recovery-conf',
      '--checkpoint=fast',
      '--no-sync',
    );
    await run(basebackup, words);
    const standby = await startPostmaster(as, binaries, copy, options.settings ?? {});
    const end = endOf(standby);
    return { port: standby.port, [Symbol.asyncDispose]: end };
  };
  const end = endOf({ child, ended });
  const stop = async (): Promise<void> => {
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  const rights = `login createrole createdb password ${pg.escapeLiteral(password)}`;
  await queryAs(superuserUrl, `create role gatehouse ${rights}`);
  return {
    url: await createDatabase('gatehouse'),
    superuserUrl,
    version: Number(binaries.split('/').at(-2)),
    port,
    createDatabase,
    log,
    startStandby,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Ends a server, also when this process ends without asking. */
function endOf({ child, ended }: Pick<Postmaster, 'child' | 'ended'>): () => Promise<void> {
  const killNow = (): void => void child.kill('SIGQUIT'); // immediate: the data is thrown away
  process.on('exit', killNow);
  return async () => {
    process.off('exit', killNow);
    killNow();
    await ended;
  };
}

/** Writes a file as the server's user, who alone may read a private key. */
async function writeAs(as: AsOrdinaryUser, file: string, text: string): Promise<void> {
  const [command, ...args] = as('sh', '-c', 'umask 077; printf "%s\\n" "$1" > "$2"', 'sh', text, file);
  await run(command, args);
}

async function writeTls(
  as: AsOrdinaryUser,
  folder: string,
  tls: ExternalOptions['tls'],
): Promise<Record<string, string>> {
  if (tls === undefined) return {};
  const [certificate, key] = [join(folder, 'data', 'server.crt'), join(folder, 'data', 'server.key')];
  await writeAs(as, certificate, tls.certificate);
  await writeAs(as, key, tls.key);
  return { ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key };
}

interface Postmaster {
  child: ChildProcess;
  port: number;
  ended: Promise<void>;
  log(): string;
}

/** The postmaster cannot choose a free port itself; another process may take ours first, so it is tried again. */
async function startPostmaster(
  as: AsOrdinaryUser,
  binaries: string,
  data: string,
  more: Readonly<Record<string, string>>,
): Promise<Postmaster> {
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
      ...more,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const [command, ...args] = as(join(binaries, 'postgres'), '-D', data, ...flags);
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const came = await new Promise<boolean>((resolve) => {
      void ended.then(() => resolve(false));
      child.stderr.setEncoding('utf8').on('data', (words: string) => {
        said += words;
        if (/ready to accept (?:read-only )?connections/.test(words)) resolve(true);
      });
    });
    if (came) return { child, port, ended, log: () => said };
  }
  throw new Error(`PostgreSQL did not start: ${said.slice(-4000)}`);
}
