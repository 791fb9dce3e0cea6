import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { systemClock } from '../../../src/base/clock.ts';
import { archiveLog } from '../../../src/cli/backup/archive-log.ts';
import { backUp } from '../../../src/cli/backup/backup.ts';
import { verifyBackup } from '../../../src/cli/backup/verify-backup.ts';
import { findBackupWarnings, readBackups } from '../../../src/system/backups/read-backups.ts';
import { commandOn, makeDataFolder, openEmbedded } from '../../support/backups.ts';
import { MASTER_KEY } from '../../support/master-key.ts';
import { foundNorthwind } from '../../support/people.ts';
import type { Figure } from '../figures.ts';

const PATIENCE_MS = 180_000;

/** The disk of the archived log (a tmpfs of 60 MB) fills up while the database is written to, and has room again. */
export async function fillArchive(): Promise<Figure[]> {
  const outer = await mkdtemp(join(tmpdir(), 'faults-archive-'));
  const [data, disk, file] = ['data', 'disk', 'base.tar.zst'].map((name) => join(outer, name)) as [
    string,
    string,
    string,
  ];
  const wal = join(disk, 'wal');
  const given = commandOn(data);
  await makeDataFolder(data, MASTER_KEY);
  execFileSync('mkdir', ['-m', '0755', disk]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=60m,mode=0755', 'tmpfs', disk]);
  try {
    await archiveLog(given, { wal });
    await using database = await openEmbedded(data);
    await foundNorthwind({ db: database.db, clock: systemClock });
    await backUp(given, { file });
    const state = async () => readBackups({ db: database.db, clock: systemClock }, given.config);
    const until = async (failing: boolean): Promise<string> => {
      const began = performance.now();
      while (performance.now() - began < PATIENCE_MS) {
        const { log } = await state();
        if (log?.failing === failing) return `${((performance.now() - began) / 1000).toFixed(1)} s`;
        await pause(200);
      }
      return 'never';
    };
    await writeFile(join(disk, 'filler'), Buffer.alloc(70_000_000)).catch(() => {});
    for (let round = 1; round <= 3; round += 1) {
      await database.migrating(async (owner) => {
        await sql`create table written as select md5(n::text) from generate_series(1, 20000) n`.execute(owner);
        await sql`drop table written`.execute(owner);
      });
      const session = await database.files!.connect();
      await session.query('select pg_switch_wal()');
      await session.end();
    }
    const warnedAfter = await until(true);
    const warnings = findBackupWarnings(await state(), 2, systemClock.now()).map(({ code }) => code);
    await rm(join(disk, 'filler'));
    const wellAfter = await until(false);
    await archiveLog(given, { wal });
    const verified = await verifyBackup(given, { file, wal });
    return [
      { what: 'warned after the disk was full', measured: warnedAfter },
      { what: 'what is warned of', measured: warnings.join(', '), wanted: 'log-failing' },
      { what: 'archived again after there was room', measured: wellAfter },
      {
        what: 'the backup with all of the log can be restored',
        measured: String(verified.data['good']),
        wanted: 'true',
      },
    ];
  } finally {
    execFileSync('umount', ['--lazy', disk]);
    await rm(outer, { recursive: true });
  }
}
