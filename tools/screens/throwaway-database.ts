import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { projectFolder } from '../project.ts';

/** A migrated database in a folder of its own; closing it leaves nothing behind. */
export async function openThrowawayDatabase(): Promise<TestDatabase> {
  await mkdir(join(projectFolder, '.cache'), { recursive: true });
  const dataFolder = await mkdtemp(join(projectFolder, '.cache', 'screens-'));
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const open = await openDatabase({ source: { dataFolder, settings }, log: silentLog });
  await migrate({ database: open, clock: systemClock }, await readMigrations());
  const close = async (): Promise<void> => {
    await open.close();
    await rm(dataFolder, { recursive: true, force: true });
  };
  return { db: open.db, url: open.url, open, close, [Symbol.asyncDispose]: close };
}
