import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import type { ExternalPostgres } from '../support/external-postgres.ts';

/** A program of the operating system between us and a database. */
export interface Pooler extends AsyncDisposable {
  /** Of the database of `server.url`, through it. */
  url: string;
  version: string;
}

/** Debian's PgBouncer before a server. Throws where it is not installed. */
export async function startPgBouncer(server: ExternalPostgres, mode: 'session' | 'transaction'): Promise<Pooler> {
  const { username, password, pathname } = new URL(server.url);
  const [folder, port] = [await mkdtemp(join(tmpdir(), 'faults-pgbouncer-')), await freePort()];
  const users = join(folder, 'users.txt');
  const settings = join(folder, 'pgbouncer.ini');
  await writeFile(users, `"${username}" "${password}"\n`);
  await writeFile(
    settings,
    `[databases]
${pathname.slice(1)} = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = 20
logfile = ${join(folder, 'log')}
`,
  );
  await openTo(folder, [users, settings]);
  return started('pgbouncer', ['-u', 'postgres', settings], { folder, port, server });
}

/**
 * Debian's Pgpool-II before a server and its standby, with load balancing. Throws where it is not installed.
 * @param preference its setting `database_redirect_preference_list`
 */
export async function startPgpool(server: ExternalPostgres, standbyPort: number, preference: string): Promise<Pooler> {
  const [folder, port] = [await mkdtemp(join(tmpdir(), 'faults-pgpool-')), await freePort()];
  const settings = join(folder, 'pgpool.conf');
  const superuser = new URL(server.superuserUrl);
  const lines = {
    listen_addresses: '127.0.0.1',
    port,
    pcp_port: await freePort(),
    socket_dir: folder,
    pcp_socket_dir: folder,
    pid_file_name: join(folder, 'pid'),
    logdir: folder,
    work_dir: folder,
    backend_clustering_mode: 'streaming_replication',
    backend_hostname0: '127.0.0.1',
    backend_port0: server.port,
    backend_weight0: 1,
    backend_hostname1: '127.0.0.1',
    backend_port1: standbyPort,
    backend_weight1: 1,
    load_balance_mode: 'on',
    database_redirect_preference_list: preference,
    sr_check_period: 2,
    sr_check_user: superuser.username,
    sr_check_password: superuser.password,
    health_check_period: 0,
    allow_clear_text_frontend_auth: 'on',
    pool_passwd: '',
    num_init_children: 24,
  };
  const text = Object.entries(lines).map(([name, value]) =>
    typeof value === 'number' ? `${name} = ${value}` : `${name} = '${value}'`,
  );
  await writeFile(settings, `${text.join('\n')}\n`);
  await openTo(folder, [settings]);
  return started('pgpool', ['-n', '-f', settings], { folder, port, server });
}

/** Lets the account that the program runs as read its files. */
async function openTo(folder: string, files: readonly string[]): Promise<void> {
  await chmod(folder, 0o777);
  const id = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }));
  for (const file of files) await chown(file, id, -1);
}

async function started(
  program: string,
  words: readonly string[],
  { folder, port, server }: { folder: string; port: number; server: ExternalPostgres },
): Promise<Pooler> {
  // Pgpool-II says it where its errors go.
  const { stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env['PATH'] } });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => (said = `${said}${more}`.slice(-4000)));
  const ended = once(child, 'exit');
  const url = new URL(server.url);
  url.port = String(port);
  for (let waited = 0; !(await listens(port)); waited += 1) {
    if (waited === 300 || child.exitCode !== null) throw new Error(`${program} does not listen: ${said}`);
    await pause(100);
  }
  return {
    url: url.href,
    version: /\d+\.\d+(?:\.\d+)?/.exec(`${stdout}${stderr}`)?.[0] ?? '',
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT');
      const gone = await Promise.race([ended.then(() => true), pause(10_000).then(() => false)]);
      if (!gone) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
