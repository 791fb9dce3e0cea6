import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockHolder, takeLock, withLock } from './folder-lock.ts';
import type { FolderLock } from './folder-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(async () => rm(folder, { recursive: true }));

const refusal = (pid: number): string => `held by ${pid}`;

/** Everybody at once; returns the locks of those who got it. */
async function stampede(path: string, many: number): Promise<FolderLock[]> {
  const results = await Promise.allSettled(Array.from({ length: many }, async () => takeLock(path, refusal)));
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

test('a lock that is held is refused with one sentence, and free again after its release', async () => {
  const path = join(folder, 'serve.lock');
  const lock = await takeLock(path, refusal);
  await expect(takeLock(path, refusal)).rejects.toMatchObject({
    code: 'data.locked',
    detail: `held by ${process.pid}`,
  });
  expect(await lockHolder(path)).toBe(process.pid);
  await lock.release();
  expect(await lockHolder(path)).toBeUndefined();
  await (await takeLock(path, refusal)).release();
  expect(await readdir(folder)).toEqual([]);
});

test('of many who want a free lock, or one that a dead process left, one gets it', async () => {
  const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(dead, 'exit');
  const leftovers = [
    undefined,
    JSON.stringify({ pid: dead.pid, startTime: '1', nonce: 'a' }),
    // Our own id, used by an earlier process.
    JSON.stringify({ pid: process.pid, startTime: '1', nonce: 'b' }),
    'not a lock',
    '',
  ];
  for (const [round, leftover] of leftovers.entries()) {
    for (let again = 0; again < 8; again += 1) {
      const path = join(folder, `${round}-${again}.lock`);
      if (leftover !== undefined) await writeFile(path, leftover);
      const winners = await stampede(path, 12);
      expect(winners).toHaveLength(1);
      await winners[0]?.release();
    }
  }
  expect(await readdir(folder)).toEqual([]);
});

test('a taker who died while taking over a stale lock stops nobody', async () => {
  const path = join(folder, 'serve.lock');
  const stale = { pid: process.pid, startTime: '1', nonce: 'a' };
  await writeFile(path, JSON.stringify(stale));
  const guard = `${path}.${await guardSuffix(JSON.stringify(stale))}`;
  await writeFile(guard, JSON.stringify({ ...stale, nonce: 'b' }));
  expect(await stampede(path, 12)).toHaveLength(1);
  expect(await readdir(folder)).toEqual(['serve.lock']);
});

test('work under a lock is done one at a time', async () => {
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 5 }, async () =>
      withLock(join(folder, 'start.lock'), async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
      }),
    ),
  );
  expect(most).toBe(1);
});

async function guardSuffix(content: string): Promise<string> {
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
