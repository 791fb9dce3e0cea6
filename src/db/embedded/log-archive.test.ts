import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  LOG_MARK,
  archiveCommand,
  archiveSettings,
  chooseLogFolder,
  makeLogFolder,
  readLine,
  restoreCommand,
} from './log-archive.ts';

let outer: string;
let wal: string;
beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), 'log-archive-'));
  // A name that a shell and PostgreSQL would both take apart.
  wal = join(outer, "it's 100%p $HOME");
});
afterEach(async () => rm(outer, { recursive: true }));

const SEGMENT = '000000010000000000000007';
const LINE = '7000000000000000001-0123abcd';

/** Runs a command as PostgreSQL does, with `path` for %p; returns its exit code. */
async function run(command: string, path: string): Promise<number | null> {
  const values: Record<string, string> = { '%p': path, '%f': SEGMENT, '%%': '%' };
  const filled = command.replaceAll(/%./g, (found) => values[found] ?? '');
  const child = spawn('/bin/sh', ['-c', filled], { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

async function archive(content: Buffer): Promise<number | null> {
  const path = join(outer, SEGMENT);
  await writeFile(path, content);
  return run(archiveCommand(wal, LINE), path);
}

test('a segment is archived once, never replaced by another, and comes back as it was', async () => {
  await makeLogFolder(wal, { owner: undefined });
  const content = Buffer.concat([randomBytes(5000), Buffer.alloc(100_000)]);
  expect(await archive(content)).toBe(0);
  expect(await readdir(join(wal, LINE))).toEqual([`${SEGMENT}.gz`]);
  // PostgreSQL asks for a segment again after a crash.
  expect(await archive(content)).toBe(0);
  expect(await archive(Buffer.concat([content.subarray(0, -1), Buffer.from('x')]))).not.toBe(0);
  expect(gunzipSync(await readFile(join(wal, LINE, `${SEGMENT}.gz`))).equals(content)).toBe(true);
  expect(await readdir(join(wal, LINE))).toEqual([`${SEGMENT}.gz`]);

  const back = join(outer, 'back');
  expect(await run(restoreCommand(wal, LINE), back)).toBe(0);
  expect((await readFile(back)).equals(content)).toBe(true);
  await rm(join(wal, LINE, `${SEGMENT}.gz`));
  expect(await run(restoreCommand(wal, LINE), back)).not.toBe(0);
});

test('nothing is written to the folder below a disk that is not mounted', async () => {
  await makeLogFolder(wal, { owner: undefined });
  await rm(join(wal, LOG_MARK));
  expect(await archive(randomBytes(100))).not.toBe(0);
  expect(await readdir(wal)).toEqual([]);
});

test('a segment that cannot be written is an error, and leaves nothing that looks like one', async () => {
  await makeLogFolder(wal, { owner: undefined });
  await writeFile(join(wal, LINE), 'no folder');
  expect(await archive(randomBytes(100))).not.toBe(0);
  expect(await run(archiveCommand(wal, LINE), join(outer, 'none'))).not.toBe(0);
});

test('a database has a line of its own for as long as it is that folder: a copy begins another', async () => {
  const database = join(outer, 'postgres');
  await mkdir(join(database, 'global'), { recursive: true });
  await writeFile(join(database, 'global', 'pg_control'), Buffer.from('0100000000000000ffff', 'hex'));
  expect(await archiveSettings(outer, database)).toEqual({});
  await chooseLogFolder(outer, wal);
  const { archive_command: first = '' } = await archiveSettings(outer, database);
  const line = (await readLine(database)) ?? '';
  expect(line).toMatch(/^1-[0-9a-f]{8}$/);
  expect(first).toContain(line);
  expect((await archiveSettings(outer, database))['archive_command']).toBe(first);

  const copy = join(outer, 'copy');
  await cp(database, copy, { recursive: true });
  expect(await readLine(copy)).toBeUndefined();
  expect((await archiveSettings(outer, copy))['archive_command']).not.toContain(line);
});
