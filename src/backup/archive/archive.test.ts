import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BackupFacts } from './manifest.ts';
import { checkArchive, readArchive } from './read-archive.ts';
import { writeArchive } from './write-archive.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
  file = join(folder, 'backup.tar.zst');
});
afterEach(async () => rm(folder, { recursive: true }));

const facts: BackupFacts = {
  kind: 'logical',
  version: '0.1.0',
  schemaVersion: '0064-lists-by-index',
  postgresVersion: '18.4',
  takenAt: '2026-01-01T00:00:00.000Z',
  rows: { organization: 3 },
  auditCheckpoints: [],
};
const large = randomBytes(300_000);

async function writeSample(overwrite = false): Promise<void> {
  await writeArchive(file, { overwrite }, async (archive) => {
    await archive.add('tables/organization', 5, Buffer.from('hello'));
    await archive.add('tables/empty', 0, Buffer.alloc(0));
    await archive.add(
      'base/1/2619',
      large.length,
      [large.subarray(0, 100_000), large.subarray(100_000)].values() as never,
    );
    return facts;
  });
}

test('what was written is read again, entry for entry, with its manifest', async () => {
  await writeSample();
  const read = new Map<string, Buffer>();
  const manifest = await readArchive(file, async ({ name, bytes, content }) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    read.set(name, Buffer.concat(chunks));
    expect(read.get(name)?.length).toBe(bytes);
  });
  expect([...read.keys()]).toEqual(['tables/organization', 'tables/empty', 'base/1/2619']);
  expect(read.get('base/1/2619')?.equals(large)).toBe(true);
  expect(manifest).toMatchObject({ ...facts, format: 1 });
  const sha256 = createHash('sha256').update(large).digest('hex');
  expect(manifest.entries[2]).toEqual({ name: 'base/1/2619', bytes: large.length, sha256 });
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
  expect(await readdir(folder)).toEqual(['backup.tar.zst']);
});

test('what a reader leaves unread is compared all the same', async () => {
  await writeSample();
  expect((await readArchive(file, async () => {})).entries).toHaveLength(3);
});

test('an existing file is refused, or replaced when asked for', async () => {
  await writeFile(file, 'mine');
  await expect(writeSample()).rejects.toMatchObject({ code: 'backup.exists' });
  expect(await readFile(file, 'utf8')).toBe('mine');
  await writeSample(true);
  expect((await checkArchive(file)).rows).toEqual({ organization: 3 });
});

test('a backup that fails leaves no file and no part', async () => {
  const work = writeArchive(file, { overwrite: false }, async (archive) => {
    await archive.add('a', 3, Buffer.from('abc'));
    throw new Error('the database went away');
  });
  await expect(work).rejects.toThrow('the database went away');
  const short = writeArchive(file, { overwrite: false }, async (archive) => {
    await archive.add('a', 4, Buffer.from('abc'));
    return facts;
  });
  await expect(short).rejects.toThrow('3 bytes instead of 4');
  expect(await readdir(folder)).toEqual([]);
  const nowhere = writeArchive(join(folder, 'none', 'b'), { overwrite: false }, async () => facts);
  await expect(nowhere).rejects.toMatchObject({ code: 'backup.file' });
});

test('a file cut short at any place is refused as such', async () => {
  await writeSample();
  const whole = await readFile(file);
  for (const length of [0, 3, 4, 5, 20, 1000, 150_000, whole.length - 600, whole.length - 50]) {
    await writeFile(file, whole.subarray(0, length));
    const code = length > 0 && length < 4 ? 'backup.foreign' : 'backup.cut-short';
    await expect(checkArchive(file), `after ${length} of ${whole.length} bytes`).rejects.toMatchObject({ code });
  }
});

test('a flipped bit at any place is refused', async () => {
  await writeSample();
  const whole = await readFile(file);
  for (let place = 0; place < whole.length; place += place < 200 || place > whole.length - 200 ? 3 : 20_011) {
    const flipped = Buffer.from(whole);
    flipped[place]! ^= 0x10;
    await writeFile(file, flipped);
    await expect(checkArchive(file), `at ${place}`).rejects.toMatchObject({ code: expect.stringMatching(/^backup\./) });
  }
});

test('an entry changed, removed or added past the checksum of the whole is refused', async () => {
  await writeSample();
  const tar = zstdDecompressSync(await readFile(file));
  const changed = Buffer.from(tar);
  changed[changed.indexOf('hello')] = 'j'.charCodeAt(0);
  await writeFile(file, zstdCompressSync(changed));
  await expect(checkArchive(file)).rejects.toMatchObject({ code: 'backup.damaged' });

  // The second entry (its header of 512 bytes, no content) taken out.
  const at = tar.indexOf('tables/empty');
  await writeFile(file, zstdCompressSync(Buffer.concat([tar.subarray(0, at), tar.subarray(at + 512)])));
  await expect(checkArchive(file)).rejects.toMatchObject({ code: 'backup.damaged' });
});

test.each(['../evil', '/etc/evil', 'a/../../evil', 'a\\evil'])('an entry named %s is refused', async (name) => {
  const mark = { header: { name: 'gatehouse-backup.json', type: 'file' as const, size: 12 }, body: '{"format":1}' };
  const evil = { header: { name, type: 'file' as const, size: 1 }, body: 'x' };
  await writeFile(file, zstdCompressSync(await packTar([mark, evil])));
  const seen: string[] = [];
  await expect(readArchive(file, async (entry) => void seen.push(entry.name))).rejects.toMatchObject({
    code: 'backup.damaged',
  });
  expect(seen).toEqual([]);
});

test('a file of another program is refused as foreign, one of a newer form as newer', async () => {
  const tar = async (name: string, body: string): Promise<Buffer> =>
    zstdCompressSync(await packTar([{ header: { name, type: 'file', size: body.length }, body }]));
  await writeFile(file, 'SQL dump');
  await expect(checkArchive(file)).rejects.toMatchObject({ code: 'backup.foreign' });
  await writeFile(file, zstdCompressSync(Buffer.from('no tar'.repeat(1000))));
  await expect(checkArchive(file)).rejects.toMatchObject({ code: 'backup.foreign' });
  await writeFile(file, await tar('photo.jpg', 'x'));
  await expect(checkArchive(file)).rejects.toMatchObject({ code: 'backup.foreign' });
  await writeFile(file, await tar('gatehouse-backup.json', '{"format":2}'));
  await expect(checkArchive(file)).rejects.toMatchObject({ code: 'backup.newer' });
  await expect(checkArchive(join(folder, 'none'))).rejects.toMatchObject({ code: 'backup.file' });
});

test('a reader that fails is told apart from a broken file', async () => {
  await writeSample();
  await expect(readArchive(file, async () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
});
