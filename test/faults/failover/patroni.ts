import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../demo/free-port.ts';
import { processesIn } from '../../../src/db/embedded/process-facts.ts';
import { findPostgresBinaries } from '../../support/external-postgres.ts';
import { queryAs } from '../../support/query.ts';
import { listensOn, requirePrograms, startProgramAs, until } from './programs.ts';
import type { Program } from './programs.ts';

/** One PostgreSQL that Patroni looks after. */
interface Node {
  name: string;
  port: number;
  rest: number;
  folder: string;
  program: Program;
}

/** Patroni's cluster of two, and HAProxy that leads to its primary. */
export interface Cluster extends AsyncDisposable {
  /** Through HAProxy, as a user that may make roles. */
  url: string;
  superuserUrl: string;
  version: string;
  /** `kill -9` of Patroni and PostgreSQL of the primary, as when its machine is lost. */
  losePrimary(): Promise<void>;
  /** Starts what was lost again, and waits until it follows the other and holds what that acknowledges. */
  bringBack(): Promise<void>;
  /** Asks Patroni to make the other node the primary. */
  switchOver(): Promise<void>;
}

/** Shared by the file of each node: what is decided once, when the cluster is made. */
const CLUSTER_SETTINGS = `
    ttl: 20
    loop_wait: 5
    retry_timeout: 5
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters: { max_connections: 100, shared_buffers: 64MB, wal_keep_size: 128MB }
  initdb: [{ encoding: UTF8 }, { locale: C.UTF-8 }, { auth: scram-sha-256 }, no-sync]`;

/** Starts etcd, two nodes and HAProxy on loopback, by Debian's packages. Throws with what to install. */
export async function startCluster(): Promise<Cluster> {
  requirePrograms(['patroni', 'etcd', 'haproxy'], '--no-install-recommends patroni etcd-server python3-etcd haproxy');
  const binaries = findPostgresBinaries();
  if (binaries === undefined) throw new Error('no PostgreSQL of the operating system');
  const folder = await mkdtemp(join(tmpdir(), 'faults-patroni-'));
  await openTo(folder);
  const password = randomBytes(18).toString('base64url');
  const logFile = join(folder, 'log');
  const [client, peer] = [await freePort(), await freePort()];
  const etcd = startProgramAs(
    'us',
    [
      'etcd',
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=http://127.0.0.1:${client}`,
      `--advertise-client-urls=http://127.0.0.1:${client}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=default=http://127.0.0.1:${peer}`,
      '--unsafe-no-fsync',
    ],
    { logFile: join(folder, 'etcd.log') },
  );
  const nodes: Node[] = [];
  // Whatever goes wrong: a PostgreSQL of Patroni outlives it.
  process.on('exit', () => nodes.forEach(killSoon));
  await until('etcd listens', 20, async () => listensOn(client));

  const startNode = async ({ name, port, rest, folder: own }: Omit<Node, 'program'>): Promise<Program> => {
    const file = join(own, 'patroni.yml');
    await writeFile(
      file,
      `scope: gatehouse
name: ${name}
restapi: { listen: '127.0.0.1:${rest}', connect_address: '127.0.0.1:${rest}' }
etcd3: { host: '127.0.0.1:${client}' }
bootstrap:
  dcs:${CLUSTER_SETTINGS}
postgresql:
  listen: 127.0.0.1:${port}
  connect_address: 127.0.0.1:${port}
  data_dir: ${join(own, 'data')}
  bin_dir: ${binaries}
  pgpass: ${join(own, 'pgpass')}
  authentication:
    superuser: { username: postgres, password: ${password} }
    replication: { username: standby, password: ${password} }
    rewind: { username: rewinder, password: ${password} }
  parameters: { unix_socket_directories: '${own}' }
  pg_hba: ['local all all scram-sha-256', 'host all all 127.0.0.1/32 scram-sha-256', 'host replication standby 127.0.0.1/32 scram-sha-256']
`,
    );
    await openTo(file);
    return startProgramAs('postgres', ['patroni', file], { logFile });
  };
  for (const name of ['one', 'two']) {
    const own = join(folder, name);
    await mkdir(own);
    await openTo(own);
    const at = { name, folder: own, port: await freePort(), rest: await freePort() };
    nodes.push({ ...at, program: await startNode(at) });
    await until(
      `node ${name} runs`,
      60,
      async () => (await statusOf(at, name === 'one' ? 'primary' : 'replica')) === 200,
    );
  }
  const synchronous = async (): Promise<boolean> =>
    (await Promise.all(nodes.map(async (node) => statusOf(node, 'synchronous')))).includes(200);
  await until('the second node is synchronous', 60, synchronous);

  const front = await freePort();
  const settings = join(folder, 'haproxy.cfg');
  await writeFile(settings, haproxySettings(front, nodes));
  const haproxy = startProgramAs('us', ['haproxy', '-db', '-f', settings], { logFile: join(folder, 'haproxy.log') });
  const url = (user: string, database: string): string =>
    `postgres://${user}:${password}@127.0.0.1:${front}/${database}`;
  // HAProxy believes in every server until it has asked twice.
  let inTurn = 0;
  await until('HAProxy leads to the primary', 20, async () => {
    const reached = await queryAs<{ standby: boolean }>(
      url('postgres', 'postgres'),
      'select pg_is_in_recovery() as standby',
    ).then(
      ({ rows }) => rows[0]?.standby === false,
      () => false,
    );
    inTurn = reached ? inTurn + 1 : 0;
    return inTurn > 12;
  });
  await queryAs(url('postgres', 'postgres'), `create role gatehouse login createrole password '${password}'`);
  await queryAs(url('postgres', 'postgres'), 'create database gatehouse owner gatehouse');

  const primary = async (): Promise<Node> => {
    for (const node of nodes) if ((await statusOf(node, 'primary')) === 200) return node;
    throw new Error('the cluster has no primary');
  };
  let lost: Node | undefined;
  const endNode = async (node: Node): Promise<void> => {
    node.program.kill();
    for (const pid of (await processesIn(join(node.folder, 'data'), 'postgres')) ?? []) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it ended meanwhile
      }
    }
    await node.program.ended;
  };
  return {
    url: url('gatehouse', 'gatehouse'),
    superuserUrl: url('postgres', 'gatehouse'),
    version: execFileSync('patroni', ['--version'], { encoding: 'utf8' }).trim().split(' ').at(-1) ?? '',
    async losePrimary() {
      lost = await primary();
      await endNode(lost);
    },
    async bringBack() {
      if (lost === undefined) return;
      const again = lost;
      again.program = await startNode(again);
      await until('the lost node follows again', 90, async () => (await statusOf(again, 'replica')) === 200);
      await until('the lost node is synchronous again', 60, synchronous);
    },
    async switchOver() {
      const leader = await primary();
      const candidate = nodes.find((node) => node !== leader);
      const answer = await fetch(`http://127.0.0.1:${leader.rest}/switchover`, {
        method: 'POST',
        body: JSON.stringify({ leader: leader.name, candidate: candidate?.name }),
      });
      if (!answer.ok) throw new Error(`the switchover was refused: ${await answer.text()}`);
    },
    async [Symbol.asyncDispose]() {
      await haproxy.stop();
      for (const node of nodes) await endNode(node);
      await etcd.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Kills Patroni and its postmaster, whose processes then end; for an end that waits for nothing. */
function killSoon({ program, folder }: Node): void {
  program.kill();
  try {
    process.kill(Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
  } catch {
    // it ended before
  }
}

/** What Patroni's REST API says of a node: 200 where it is what is asked for. */
async function statusOf({ rest }: Pick<Node, 'rest'>, what: 'primary' | 'replica' | 'synchronous'): Promise<number> {
  return fetch(`http://127.0.0.1:${rest}/${what}`, { signal: AbortSignal.timeout(2000) }).then(
    async (answer) => {
      await answer.arrayBuffer();
      return answer.status;
    },
    () => 0,
  );
}

/** As `docs/guides/many-machines.md` has it. */
function haproxySettings(front: number, nodes: readonly Node[]): string {
  return `global
  maxconn 1000
defaults
  mode tcp
  timeout connect 2s
  timeout client 30m
  timeout server 30m
listen postgres
  bind 127.0.0.1:${front}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${nodes.map(({ name, port, rest }) => `  server ${name} 127.0.0.1:${port} check port ${rest}`).join('\n')}
`;
}

/** PostgreSQL refuses root: the account that Debian's packages made has the files. */
async function openTo(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const id = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }));
  await chown(path, id, -1);
  await chmod(path, 0o700);
}
