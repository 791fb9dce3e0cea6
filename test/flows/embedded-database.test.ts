import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { isRunning } from '../../src/db/embedded/process-facts.ts';

let seed: string;
let outer: string;
let dataFolder: string;
const opened: OpenDatabase[] = [];
const holders: Holder[] = [];

/** Another process that uses the database. */
interface Holder {
  child: ChildProcessByStdio<Writable, Readable, null>;
  /** Settles when it has ended, also when it ended before anybody asked. */
  ended: Promise<unknown>;
}

beforeAll(async () => {
  seed = await mkdtemp(join(tmpdir(), 'embedded-seed-'));
  await (await openDatabase({ source: { dataFolder: seed }, log: silentLog })).close();
});
afterAll(async () => rm(seed, { recursive: true }));

beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), 'embedded-')); // 0700: only its owner may enter, also when that is root
  dataFolder = join(outer, 'data');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (each) => each.close()));
  await Promise.all(holders.splice(0).map(letGo));
  await rm(outer, { recursive: true });
});

async function open(folder = dataFolder): Promise<OpenDatabase> {
  const database = await openDatabase({ source: { dataFolder: folder }, log: silentLog });
  opened.push(database);
  return database;
}

/** A database that was made and stopped before; making one takes a while. */
async function useMade(): Promise<void> {
  await cp(seed, dataFolder, { recursive: true });
}

/** Starts another process that uses the database; it has opened it. */
async function hold(): Promise<Holder> {
  const script = fileURLToPath(new URL('../support/hold-database.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataFolder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const holder = { child, ended: once(child, 'exit') };
  holders.push(holder);
  const opened = await Promise.race([once(child.stdout, 'data').then(() => true), holder.ended.then(() => false)]);
  if (!opened) throw new Error('the process ended before it had opened the database');
  return holder;
}

async function letGo({ child, ended }: Holder): Promise<void> {
  child.kill('SIGCONT'); // a test that stopped it may have failed
  child.stdin.end();
  await ended;
}

async function kill({ child, ended }: Holder): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

async function postmaster(folder = dataFolder): Promise<number> {
  return Number((await readFile(join(folder, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function remember({ db, migrating }: OpenDatabase): Promise<void> {
  await migrating(async (owner) => {
    await sql`create table if not exists memory (id int)`.execute(owner);
    await sql`grant all on memory to public`.execute(owner);
  });
  await sql`insert into memory values (1)`.execute(db);
}

async function remembered(db: Database): Promise<number> {
  return (await sql<{ id: number }>`select id from memory`.execute(db)).rows.length;
}

describe('the embedded database', () => {
  test('starts in an empty folder that only its owner may enter, for a user who is no superuser', async () => {
    const { db } = await open();
    const { rows } = await sql`select current_user::text as user, rolsuper as super, rolcreaterole as roles,
      current_setting('fsync') as fsync, inet_server_addr()::text as address
      from pg_roles where rolname = current_user`.execute(db);
    expect(rows).toEqual([{ user: 'gatehouse', super: false, roles: false, fsync: 'on', address: '127.0.0.1/32' }]);
    const file = await stat(join(dataFolder, 'postgres.json'));
    expect(file.mode & 0o777).toBe(0o600);
    expect((await stat(dataFolder)).mode & 0o777).toBe(0o700);
  });

  test('several that start it at once share one server; the last to let go stops it', async () => {
    const first = await hold();
    const [one, other] = await Promise.all([open(), open()]);
    const pid = await postmaster();
    await Promise.all([letGo(first), one.close()]);
    expect(await isRunning(pid)).toBe(true);
    await remember(other);
    await other.close();
    expect(await isRunning(pid)).toBe(false);
  });

  test('left behind by a killed process, it is joined, with all that was acknowledged', async () => {
    await useMade();
    const holder = await hold();
    const pid = await postmaster();
    await kill(holder);
    expect(await isRunning(pid)).toBe(true);
    const again = await open();
    expect(await postmaster()).toBe(pid);
    await again.close();
    expect(await isRunning(pid)).toBe(false);
  });

  test('killed with its clients, it starts again over its stale pid file', async () => {
    await useMade();
    const database = await open();
    await remember(database);
    const holder = await hold();
    await opened.pop()?.close();
    const pid = await postmaster();
    process.kill(pid, 'SIGKILL');
    await kill(holder);
    expect(await remembered((await open()).db)).toBe(1);
  });

  test('killed while nobody collects it, it starts again: a zombie holds its pid file', async () => {
    await useMade();
    const holder = await hold(); // the parent of the server
    const pid = await postmaster();
    process.kill(holder.child.pid ?? 0, 'SIGSTOP');
    process.kill(pid, 'SIGKILL');
    await expect.poll(async () => readFile(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /);
    const database = await open();
    await remember(database);
    expect(await postmaster()).not.toBe(pid);
    await kill(holder);
  });

  test('its pid file cut off by a crash, it starts again', async () => {
    await useMade();
    await writeFile(join(dataFolder, 'postgres/postmaster.pid'), '');
    await remember(await open());
  });

  test('killed under a running service, it comes back where the pool looks for it', async () => {
    await useMade();
    const database = await open();
    const { db } = database;
    await remember(database);
    const pid = await postmaster();
    process.kill(pid, 'SIGKILL');
    await expect.poll(async () => postmaster().catch(() => pid), { timeout: 60_000 }).not.toBe(pid);
    await expect.poll(async () => remembered(db).catch(() => 'away'), { timeout: 60_000 }).toBe(1);
  });

  test('is not taken for running by a pid file that names a stranger’s process or came with a copied folder', async () => {
    await useMade();
    const first = await open();
    await remember(first);
    await first.close();
    await writeFile(join(dataFolder, 'postgres/postmaster.pid'), `${process.pid}\n${dataFolder}/postgres\n1\n5432\n`);
    const second = await open();
    await second.close();

    const copy = join(outer, 'copy');
    await cp(dataFolder, copy, { recursive: true });
    const { db } = await open();
    await cp(join(dataFolder, 'postgres/postmaster.pid'), join(copy, 'postgres/postmaster.pid'));
    const copied = await open(copy);
    expect(await postmaster(copy)).not.toBe(await postmaster());
    await sql`delete from memory`.execute(copied.db);
    expect(await remembered(db)).toBe(1);
  });

  test('gets a new password when postgres.json is lost', async () => {
    await useMade();
    const first = await open();
    await remember(first);
    await first.close();
    await rm(join(dataFolder, 'postgres.json'));
    expect(await remembered((await open()).db)).toBe(1);
  });

  test('is made anew when its making was cut off', async () => {
    await mkdir(join(dataFolder, 'postgres.new/base'), { recursive: true });
    await writeFile(join(dataFolder, 'postgres.new/PG_VERSION'), '18\n');
    await remember(await open());
    expect(await readdir(dataFolder)).not.toContain('postgres.new');
  });

  test('that cannot start says why in one sentence', async () => {
    await useMade();
    await (await open()).close();
    await writeFile(join(dataFolder, 'postgres/postgresql.conf'), 'no_such_setting = on\n');
    await expect(open()).rejects.toMatchObject({
      code: 'database.unavailable',
      detail: expect.stringContaining('contains errors'),
    });
  });
});

test('a database that does not answer, and one that is too old, are told apart', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/none';
  await expect(openDatabase({ source: { url }, log: silentLog })).rejects.toMatchObject({
    code: 'database.unavailable',
  });
});
