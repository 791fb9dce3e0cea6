import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { sealPending } from '../../../src/audit/seal-events.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { AppError } from '../../../src/base/errors.ts';
import { createSecretBox } from '../../../src/base/secret-box.ts';
import { archiveLog } from '../../../src/cli/backup/archive-log.ts';
import { backUp } from '../../../src/cli/backup/backup.ts';
import { verifyBackup } from '../../../src/cli/backup/verify-backup.ts';
import { commandOn, makeDataFolder, openEmbedded } from '../../support/backups.ts';
import { MASTER_KEY } from '../../support/master-key.ts';
import { foundNorthwind } from '../../support/people.ts';
import type { Figure } from '../figures.ts';

const OTHER_KEY = Buffer.alloc(32, 9).toString('base64');

/** What `backup verify --wal` says of backups and of archived log that are not as they were written. */
export async function breakBackups(): Promise<Figure[]> {
  const outer = await mkdtemp(join(tmpdir(), 'faults-broken-'));
  try {
    return await breakIn(outer);
  } finally {
    await rm(outer, { recursive: true });
  }
}

async function breakIn(outer: string): Promise<Figure[]> {
  const [data, wal, file] = ['data', 'wal', 'base.tar.zst'].map((name) => join(outer, name)) as [
    string,
    string,
    string,
  ];
  const given = commandOn(data);
  await makeDataFolder(data, MASTER_KEY);
  await archiveLog(given, { wal });
  await using database = await openEmbedded(data);
  const deps = { db: database.db, clock: systemClock, secrets: createSecretBox([MASTER_KEY]) };
  await foundNorthwind(deps);
  await sealPending(deps);
  await backUp(given, { file });
  const segments: string[] = [];
  for (let round = 1; round <= 3; round += 1) {
    await database.migrating(async (owner) => {
      await sql`create table written as select md5(n::text) from generate_series(1, 1000) n`.execute(owner);
      await sql`drop table written`.execute(owner);
    });
    segments.push(String((await archiveLog(given, { wal })).data['segment']));
  }
  const [, middle = ''] = segments;
  const altered = async (name: string, change: (segment: string) => Promise<void>): Promise<string> => {
    const folder = join(outer, name);
    await cp(wal, folder, { recursive: true });
    const [line = ''] = (await readdir(folder)).filter((entry) => /^\d+-/.test(entry));
    await change(join(folder, line, `${middle}.gz`));
    return folder;
  };
  const flip = (bytes: Buffer, from: number, to: number): Buffer => {
    for (let at = from; at < to; at += 1) bytes[at]! ^= 1;
    return bytes;
  };
  const base = await readFile(file);
  const flippedBase = join(outer, 'flipped.tar.zst');
  await writeFile(flippedBase, flip(base, Math.floor(base.length / 2), Math.floor(base.length / 2) + 1));
  const missing = await altered('missing', async (segment) => rm(segment));
  const flipped = await altered('flipped', async (segment) => {
    const bytes = await readFile(segment);
    // Among the records: in packed zeros a flipped bit may stand for the same zeros.
    await writeFile(segment, flip(bytes, 200, 201));
  });
  // Packed again after the change: its checksum as a file is right.
  const forged = await altered('forged', async (segment) => {
    await writeFile(segment, gzipSync(flip(gunzipSync(await readFile(segment)), 40, 4000)));
  });
  const said = async (words: { file: string; wal: string }, settings = {}): Promise<string> =>
    verifyBackup(commandOn(data, settings), words).then(
      () => 'good',
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
  const figures: Figure[] = [
    { what: 'nothing', measured: await said({ file, wal }), wanted: 'good' },
    {
      what: 'a byte flipped in the backup',
      measured: await said({ file: flippedBase, wal }),
      wanted: 'backup.damaged',
    },
    { what: 'a file of the log missing', measured: await said({ file, wal: missing }), wanted: 'log.missing' },
    {
      what: 'a byte flipped in a file of the log',
      measured: await said({ file, wal: flipped }),
      wanted: 'log.damaged',
    },
    {
      what: 'records changed in one, and packed again',
      measured: await said({ file, wal: forged }),
      wanted: 'log.damaged',
    },
    {
      what: 'another master key',
      measured: await said({ file, wal }, { GATEHOUSE_MASTER_KEY: OTHER_KEY }),
      wanted: 'data.other-master-key',
    },
  ];
  await database.migrating(async (owner) => {
    await sql`alter table audit_event no force row level security`.execute(owner);
    await sql`update audit_event set actor_name = 'somebody else'`.execute(owner);
    await sql`alter table audit_event force row level security`.execute(owner);
  });
  await archiveLog(given, { wal });
  figures.push({
    what: 'a row of the audit log edited after the backup',
    measured: await said({ file, wal }),
    wanted: 'backup.audit',
  });
  return figures;
}
