import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkArchive } from '../../src/backup/archive/read-archive.ts';
import { recordRun } from '../../src/backup/runs/record-run.ts';
import { systemClock } from '../../src/base/clock.ts';
import { AppError } from '../../src/base/errors.ts';
import { archiveLog, stopArchiving } from '../../src/cli/backup/archive-log.ts';
import { backUp } from '../../src/cli/backup/backup.ts';
import { removeOldLog } from '../../src/cli/backup/forget-log.ts';
import { restore } from '../../src/cli/backup/restore.ts';
import type { RestoreOptions } from '../../src/cli/backup/restore.ts';
import { verifyBackup } from '../../src/cli/backup/verify-backup.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { commandOn, makeDataFolder, openEmbedded } from '../support/backups.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { foundNorthwind } from '../support/people.ts';

let outer: string;
let dataFolder: string;
let wal: string;
let file: string;
let database: OpenDatabase;
let moment: Date;
/** The segment that has what was written after `moment`, but for the first and the last of it. */
let later: string;

const note = async (fileName: string): Promise<void> => {
  const now = systemClock.now();
  const run = { kind: 'backup', startedAt: now, endedAt: now, bytes: 1, outcome: 'done', fileName } as const;
  await recordRun({ db: database.db, clock: systemClock }, run);
};
/** Ends the segment that is written to, waits until it is archived, and returns its name. */
const archived = async (): Promise<string> =>
  String((await archiveLog(commandOn(dataFolder), { wal })).data['segment']);

/** Segments that were archived after the backup, the oldest first. */
async function segmentsIn(folder: string): Promise<string[]> {
  const [line = ''] = (await readdir(folder)).filter((name) => /^\d+-/.test(name));
  const names = (await readdir(join(folder, line))).filter((name) => /^[0-9A-F]{24}[.]gz$/.test(name));
  return names.toSorted().map((name) => join(folder, line, name));
}

/** A copy of the archive with something changed. */
async function archiveWith(name: string, change: (later: string) => Promise<void>): Promise<string> {
  const folder = join(outer, name);
  await cp(wal, folder, { recursive: true });
  await change((await segmentsIn(folder)).find((file) => file.includes(later)) ?? '');
  return folder;
}

/** Restores on another machine, which has the master key alone; returns which notes are there. */
async function notesAfter(options: Omit<RestoreOptions, 'file'>): Promise<{ notes: string[]; data: object }> {
  const folder = await mkdtemp(join(outer, 'machine-'));
  await writeFile(join(folder, 'master.key'), `${MASTER_KEY.toString('base64')}\n`, { mode: 0o600 });
  const { data } = await restore(commandOn(folder), { file, ...options });
  const restored = await openEmbedded(folder);
  try {
    const rows = await restored.db.selectFrom('backupRun').select('fileName').orderBy('startedAt').execute();
    return { notes: rows.map(({ fileName }) => fileName), data };
  } finally {
    await restored.close();
  }
}

/** What something is refused with. */
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

beforeAll(async () => {
  outer = await mkdtemp(join(tmpdir(), 'wal-'));
  dataFolder = join(outer, 'data');
  // A name that a shell and PostgreSQL would both take apart.
  wal = join(outer, "it's 100%p");
  file = join(outer, 'base.tar.zst');
  await makeDataFolder(dataFolder, MASTER_KEY);
  await archived();
  database = await openEmbedded(dataFolder);
  await foundNorthwind({ db: database.db, clock: systemClock });
  await backUp(commandOn(dataFolder), { file });
  await note('before');
  await archived();
  moment = systemClock.now();
  await pause(20);
  await note('after');
  await archived();
  await note('later');
  later = await archived();
  await note('last');
  await archived();
});
afterAll(async () => {
  await database?.close();
  await rm(outer, { recursive: true });
});

/** An archive in which a segment is missing after the moment that is restored. */
const beforeLast = async (): Promise<string> => archiveWith('before-last', async (segment) => rm(segment));

test('a database is restored to a moment between two writes, whatever is missing later', async () => {
  const between = await notesAfter({ wal: await beforeLast(), to: moment });
  expect(between.notes).toEqual(['base.tar.zst', 'before']);
  expect(between.data).toMatchObject({ moment: moment.toISOString() });
});

test('a replay that cannot come to its moment is refused with what is wrong, and touches nothing', async () => {
  const foreign = join(outer, 'foreign');
  await archiveLog(commandOn(dataFolder), { wal: foreign });
  await archiveLog(commandOn(dataFolder), { wal });
  const gone = await archiveWith('gone', async (segment) => rm(segment));
  const flipped = await archiveWith('flipped', async (segment) => {
    const bytes = await readFile(segment);
    // Among the records: in packed zeros a flipped bit may stand for the same zeros.
    bytes[200]! ^= 1;
    await writeFile(segment, bytes);
  });
  const late = new Date(Date.now() + 3_600_000);
  const refusals = [
    [{ wal, to: new Date(moment.getTime() - 3_600_000) }, 'log.too-early'],
    [{ wal, to: late }, 'log.too-late'],
    [{ wal: outer }, 'log.folder'],
    [{ to: moment }, 'log.no-folder'],
    [{ wal: foreign }, 'log.other-database'],
    [{ wal: gone }, 'log.missing'],
    [{ wal: gone, to: late }, 'log.missing'],
    [{ wal: flipped }, 'log.damaged'],
  ] as const;
  const folder = join(outer, 'untouched');
  await makeDataFolder(folder, MASTER_KEY);
  for (const [options, code] of refusals) {
    const refused = await codeOf(restore(commandOn(folder), { file, ...options }));
    expect([options, refused, await readdir(folder)]).toEqual([options, code, ['master.key']]);
  }

  const verified = await verifyBackup(commandOn(dataFolder), { file, wal });
  expect(verified.data).toMatchObject({ good: true, log: { files: expect.any(Number) as number } });
  const { log } = verified.data as { log: { files: number } };
  expect(log.files).toBeGreaterThanOrEqual(4);
  const again = async (broken: string): Promise<string> =>
    codeOf(verifyBackup(commandOn(dataFolder), { file, wal: broken }));
  expect([await again(gone), await again(flipped)]).toEqual(['log.missing', 'log.damaged']);
});

test('archived log from before the oldest backup is removed when asked, and archiving ends when asked', async () => {
  const folder = await archiveWith('old', async () => undefined);
  const before = await segmentsIn(folder);
  const place = (await checkArchive(file)).embedded?.log;
  const { data } = await removeOldLog(commandOn(dataFolder), { forgetBefore: file, wal: folder });
  const after = await segmentsIn(folder);
  expect(after).toEqual(before.filter((name) => basename(name) >= (place?.first ?? '')));
  expect(after.length).toBeLessThan(before.length);
  expect(data['files']).toBeGreaterThanOrEqual(before.length - after.length);

  expect((await stopArchiving(commandOn(dataFolder))).data).toEqual({ folder: wal, archiving: false });
  await expect(removeOldLog(commandOn(dataFolder), { forgetBefore: file })).rejects.toMatchObject({
    code: 'log.no-folder',
  });
});
