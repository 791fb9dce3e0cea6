import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { LongDeps } from '../../src/cli/backup/backup.ts';
import { readConfig } from '../../src/config.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { createTexts } from '../../src/texts/catalog.ts';

/** What a command on this data folder is given. */
export function commandOn(dataFolder: string, settings: Record<string, string> = {}): LongDeps {
  return {
    config: readConfig({ GATEHOUSE_DATA: dataFolder, ...settings }),
    clock: systemClock,
    log: silentLog,
    t: createTexts('Gatehouse').default,
    terminal: { out: () => undefined, err: () => undefined },
  };
}

/** Makes a data folder with this master key. */
export async function makeDataFolder(dataFolder: string, masterKey: Buffer): Promise<void> {
  await mkdir(dataFolder, { mode: 0o700 });
  await writeFile(join(dataFolder, 'master.key'), `${masterKey.toString('base64')}\n`, { mode: 0o600 });
}

/** Opens the embedded database of a data folder, migrated. */
export async function openEmbedded(dataFolder: string): Promise<OpenDatabase> {
  const database = await openDatabase({ source: { dataFolder }, log: silentLog, poolSize: 8 });
  await migrate({ database, clock: systemClock }, await readMigrations());
  return database;
}
