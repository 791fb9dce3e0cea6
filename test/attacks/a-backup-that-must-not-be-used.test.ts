import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealPending } from '../../src/audit/seal-events.ts';
import type { BackupFacts } from '../../src/backup/archive/manifest.ts';
import { checkArchive, readArchive } from '../../src/backup/archive/read-archive.ts';
import { writeArchive } from '../../src/backup/archive/write-archive.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { backUp } from '../../src/cli/backup/backup.ts';
import { restore } from '../../src/cli/backup/restore.ts';
import { verifyBackup } from '../../src/cli/backup/verify-backup.ts';
import { takeLock } from '../../src/db/embedded/folder-lock.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { commandOn, makeDataFolder, openEmbedded } from '../support/backups.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { foundNorthwind } from '../support/people.ts';

// A backup that is not what was backed up is refused by `backup verify` and by `restore`, and nothing is touched.

const OTHER_KEY = Buffer.alloc(32, 9).toString('base64');
let outer: string;
let dataFolder: string;
let good: string;
let edited: string;
let untouched: string[];
let database: OpenDatabase;

const inFolder = async (): Promise<string[]> => {
  const names = (await readdir(dataFolder)).filter((name) => !/^postgres\.(json|log)$/.test(name)).toSorted();
  return [...names, String((await stat(join(dataFolder, 'postgres'))).ino)];
};

beforeAll(async () => {
  outer = await mkdtemp(join(tmpdir(), 'backups-'));
  dataFolder = join(outer, 'data');
  good = join(outer, 'good.tar.zst');
  edited = join(outer, 'edited.tar.zst');
  await makeDataFolder(dataFolder, MASTER_KEY);
  // Open until the end: each command joins it, which is quicker than to start it.
  database = await openEmbedded(dataFolder);
  const deps = { db: database.db, clock: systemClock, secrets: createSecretBox([MASTER_KEY]) };
  await foundNorthwind(deps);
  await sealPending(deps);
  await backUp(commandOn(dataFolder), { file: good });
  // As somebody with the rights of the table's owner.
  await database.migrating(async (owner) => {
    await sql`alter table audit_event no force row level security`.execute(owner);
    await sql`update audit_event set actor_name = 'somebody else'`.execute(owner);
    await sql`alter table audit_event force row level security`.execute(owner);
  });
  await backUp(commandOn(dataFolder), { file: edited });
  untouched = await inFolder();
});
afterAll(async () => {
  await database?.close();
  await rm(outer, { recursive: true });
});

/** A backup with the same entries whose manifest says something else. */
async function saying(name: string, more: Partial<BackupFacts>): Promise<string> {
  const file = join(outer, `${name}.tar.zst`);
  const facts = await checkArchive(good);
  await writeArchive(file, { overwrite: false }, async (archive) => {
    await readArchive(good, async (entry) => archive.add(entry.name, entry.bytes, entry.content));
    return { ...facts, ...more };
  });
  return file;
}

/** The good file, changed. */
async function spoilt(name: string, change: (whole: Buffer) => Buffer): Promise<string> {
  const file = join(outer, name);
  await writeFile(file, change(await readFile(good)));
  return file;
}

test('no backup holds the master key or a password of the database', async () => {
  const secrets = [MASTER_KEY, Buffer.from(MASTER_KEY.toString('base64'))];
  const access = JSON.parse(await readFile(join(dataFolder, 'postgres.json'), 'utf8')) as Record<string, string>;
  secrets.push(...['password', 'ownerPassword', 'backupPassword'].map((name) => Buffer.from(access[name] ?? '')));
  expect(secrets.map(({ length }) => length)).toEqual([32, 44, 43, 43, 43]);
  const names: string[] = [];
  await readArchive(good, async ({ name, content }) => {
    names.push(name);
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    const whole = Buffer.concat(chunks);
    for (const secret of secrets) expect(whole.includes(secret), `a secret in ${name}`).toBe(false);
  });
  expect(names).toContain('postgres/backup_label');
  expect(names.filter((name) => /master\.key|postgres\.json|postmaster/.test(name))).toEqual([]);
  expect((await stat(good)).mode & 0o077).toBe(0);
});

test('a file that is damaged, cut short, newer or of another PostgreSQL is refused before anything is touched', async () => {
  const refused = [
    [
      await spoilt('flipped', (whole) => (whole.writeUInt8(whole[90_000]! ^ 1, 90_000), whole)),
      /^backup\.(damaged|cut-short)$/,
    ],
    [await spoilt('cut', (whole) => whole.subarray(0, 200_000)), /^backup\.cut-short$/],
    [await spoilt('foreign', () => Buffer.from('PGDMP')), /^backup\.foreign$/],
    [await saying('newer', { schemaVersion: '9999-later' }), /^backup\.newer$/],
    [await saying('other', { postgresVersion: '17.2' }), /^backup\.other-postgres$/],
    [await saying('logical', { kind: 'logical' }), /^backup\.embedded-only$/],
  ] as const;
  for (const [file, code] of refused) {
    const expected = { code: expect.stringMatching(code) as string };
    await expect(verifyBackup(commandOn(dataFolder), { file }), `verify ${file}`).rejects.toMatchObject(expected);
    await expect(restore(commandOn(dataFolder), { file, replace: true }), `restore ${file}`).rejects.toMatchObject(
      expected,
    );
  }
  expect(await inFolder()).toEqual(untouched);
});

test('a restore needs the master key of the backup, makes none, and takes no other', async () => {
  const keyFile = join(dataFolder, 'master.key');
  await expect(
    restore(commandOn(dataFolder, { GATEHOUSE_MASTER_KEY: OTHER_KEY }), { file: good, replace: true }),
  ).rejects.toMatchObject({ code: 'data.other-master-key' });
  expect(await inFolder()).toEqual(untouched);
  await rm(keyFile);
  await expect(restore(commandOn(dataFolder), { file: good, replace: true })).rejects.toMatchObject({
    code: 'data.master-key',
  });
  expect(await inFolder()).toEqual(untouched.filter((name) => name !== 'master.key'));
  await writeFile(keyFile, MASTER_KEY.toString('base64'));
  await chmod(keyFile, 0o600);
});

test('a database that is there, served or used is not replaced', async () => {
  await expect(restore(commandOn(dataFolder), { file: good })).rejects.toMatchObject({ code: 'backup.not-empty' });
  const lock = await takeLock(join(dataFolder, 'serve.lock'), () => 'held');
  await expect(restore(commandOn(dataFolder), { file: good, replace: true })).rejects.toMatchObject({
    code: 'data.locked',
  });
  await lock.release();
  await expect(restore(commandOn(dataFolder), { file: good, replace: true })).rejects.toMatchObject({
    code: 'data.in-use',
  });
  expect(await inFolder()).toEqual(untouched);
});

test.each([
  ['of an edited audit log', async () => edited, {}, { code: 'backup.audit', values: { fault: 'event-changed' } }],
  [
    'with other rows than were counted',
    async () => saying('fewer', { rows: { ...(await checkArchive(good)).rows, organization: 3 } }),
    {},
    { code: 'backup.other-rows', values: { table: 'organization', found: 4, wanted: 3 } },
  ],
  ['sealed with another key', async () => good, { GATEHOUSE_MASTER_KEY: OTHER_KEY }, { code: 'data.other-master-key' }],
])('a backup %s is not called good, and what became of it is kept', async (_, choose, settings, wanted) => {
  const file = await choose();
  await expect(verifyBackup(commandOn(dataFolder, settings), { file })).rejects.toMatchObject(wanted);
  const runs = database.db.selectFrom('backupRun').select(['kind', 'outcome']).orderBy('startedAt', 'desc').limit(1);
  expect(await runs.execute()).toEqual([{ kind: 'verify', outcome: wanted.code }]);
  expect(await inFolder()).toEqual(untouched);
});

test('a restore that ended between moving the database aside and putting the other into its place starts no empty one', async () => {
  const folder = join(outer, 'interrupted');
  await mkdir(join(folder, 'postgres.before-20261130T120000Z'), { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'postgres.before-20261130T120000Z.json'), '{}');
  await writeFile(join(folder, 'master.key'), `${MASTER_KEY.toString('base64')}\n`, { mode: 0o600 });
  await expect(openEmbedded(folder)).rejects.toMatchObject({ code: 'data.restore-interrupted' });
  expect(await readdir(folder)).not.toContain('postgres');
});
