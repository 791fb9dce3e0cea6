import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../demo/free-port.ts';
import { CommandLine, gatehouse } from '../support/command-line.ts';
import type { Settings } from '../support/command-line.ts';
import { gatehouseHere } from '../support/run-here.ts';

let outer: string;
let data: string;
const running: CommandLine[] = [];

beforeAll(async () => {
  outer = await mkdtemp(join(tmpdir(), 'refused-start-'));
  data = join(outer, 'data');
  // The first start makes the signing keys, which are sealed.
  const first = await serve({});
  await first.stop();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(async (each) => each.stop()));
});
afterAll(async () => rm(outer, { recursive: true }));

async function settingsWith(more: Settings): Promise<Settings> {
  return { GATEHOUSE_DATA: data, PORT: String(await freePort()), ...more };
}

async function serve(more: Settings): Promise<CommandLine> {
  const service = new CommandLine(['serve'], await settingsWith(more));
  running.push(service);
  await service.says('is ready at');
  return service;
}

/** The code and the sentence of a `serve` that ends at once. */
async function refusal(more: Settings): Promise<{ code: string; message: string }> {
  const { code, err } = await gatehouse(['serve', '--json'], await settingsWith(more));
  expect(code).toBe(1);
  return (JSON.parse(err) as { error: { code: string; message: string } }).error;
}

const OTHER_KEY = Buffer.alloc(32, 9).toString('base64');

test('by a port that is taken, with one process and with several', async () => {
  await using other = createServer().listen(0, '127.0.0.1');
  await expect.poll(() => other.listening).toBe(true);
  const PORT = String((other.address() as AddressInfo).port);
  for (const GATEHOUSE_WORKERS of ['1', '2']) {
    expect(await refusal({ PORT, GATEHOUSE_WORKERS })).toEqual({
      code: 'service.address',
      message: `Another program listens on 127.0.0.1, port ${PORT}: stop it, or set PORT to another port.`,
    });
  }
});

test('by an address this machine does not have', async () => {
  expect(await refusal({ HOST: '192.0.2.1' })).toEqual({
    code: 'service.address',
    message: 'This machine has no address 192.0.2.1: set HOST to one it has, 127.0.0.1 or 0.0.0.0.',
  });
});

test('by a data folder that cannot be made', async () => {
  const file = join(outer, 'file');
  await writeFile(file, '');
  expect(await refusal({ GATEHOUSE_DATA: join(file, 'data') })).toEqual({
    code: 'data.folder',
    message: expect.stringMatching(
      /^The data folder \S+ cannot be used \(ENOTDIR.*set GATEHOUSE_DATA to another folder\.$/,
    ),
  });
});

test('by a password in postgres.json that is not the database’s; without the file it starts', async () => {
  const file = join(data, 'postgres.json');
  const access = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...access, password: 'another' }));
  for (const round of ['started by us', 'and again']) {
    expect([round, await refusal({})]).toEqual([
      round,
      {
        code: 'database.unavailable',
        message: `The password in ${file} is not the database's: remove that file and start again.`,
      },
    ]);
  }
  await rm(file);
  await serve({});
});

test('by a database of another major version of PostgreSQL, before anything is touched; doctor says the same', async () => {
  const file = join(data, 'postgres', 'PG_VERSION');
  const right = await readFile(file, 'utf8');
  const log = join(data, 'postgres.log');
  const logged = await readFile(log, 'utf8');
  await writeFile(file, '17\n');
  try {
    const refused = await refusal({});
    expect(refused).toEqual({
      code: 'database.other-version',
      message: expect.stringContaining(
        `was made by PostgreSQL 17, and this version of Gatehouse brings PostgreSQL ${right.trim()}`,
      ),
    });
    const doctor = await gatehouseHere(['doctor', '--json'], await settingsWith({}));
    expect(JSON.parse(doctor.out)).toMatchObject({
      good: false,
      findings: expect.arrayContaining([{ check: 'database', good: false, message: refused.message }]),
    });
    expect(await readFile(log, 'utf8')).toBe(logged);
  } finally {
    await writeFile(file, right);
  }
});

test('by a master key that is valid and another one; doctor says the same', async () => {
  const key = join(data, 'master.key');
  const right = await readFile(key, 'utf8');
  await writeFile(key, `${OTHER_KEY}\n`);
  const refused = await refusal({});
  expect(refused).toEqual({
    code: 'data.other-master-key',
    message: `${key} does not open signing_key.sealed_private_jwk of this database: put back the file that belongs to it, or set GATEHOUSE_MASTER_KEY.`,
  });
  const doctor = await gatehouseHere(['doctor', '--json'], await settingsWith({}));
  expect(JSON.parse(doctor.out)).toMatchObject({
    good: false,
    findings: expect.arrayContaining([{ check: 'master-key', good: false, message: refused.message }]),
  });
  expect(await refusal({ GATEHOUSE_MASTER_KEY: OTHER_KEY })).toMatchObject({
    code: 'data.other-master-key',
    message: expect.stringContaining('GATEHOUSE_MASTER_KEY does not open'),
  });
  // In the other order what is used would be sealed anew, and the right key would open it no more.
  await serve({ GATEHOUSE_MASTER_KEY: `${right.trim()},${OTHER_KEY}` });
  await writeFile(key, right, { mode: 0o600 });
});

test('not by the lock of another folder that this one was copied from while its service ran', async () => {
  const original = await serve({});
  const copy = join(outer, 'copy');
  await cp(data, copy, { recursive: true, filter: (path) => !path.includes('/postgres/') });
  // The database is copied at rest: while it runs, only pg_basebackup gives a whole one.
  await original.stop();
  await cp(join(data, 'postgres'), join(copy, 'postgres'), { recursive: true });
  await serve({});
  await serve({ GATEHOUSE_DATA: copy });
});

test('links are printed with the public URL of the last serve, unless one is set', async () => {
  const port = await freePort();
  await serve({ PORT: String(port) });
  const words = ['setup', '--organization', 'Northwind', '--email', 'anna@northwind.example', '--json'];
  const printed = async (more: Settings): Promise<string> => {
    const { out } = await gatehouseHere(words, { GATEHOUSE_DATA: data, ...more });
    return new URL((JSON.parse(out) as { url: string }).url).origin;
  };
  expect(await printed({})).toBe(`http://localhost:${port}`);
  expect(await printed({ GATEHOUSE_URL: 'https://gate.northwind.example' })).toBe('https://gate.northwind.example');
});
