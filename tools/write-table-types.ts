/** Writes `src/db/schema/` from a database that this version's migrations made: `npm run table-types`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import { migrate, readMigrations } from '../src/db/migrate.ts';
import { openDatabase } from '../src/db/open-database.ts';
import { projectFolder } from './project.ts';
import { typesFiles } from './table-types.ts';

const dataFolder = await mkdtemp(join(tmpdir(), 'gatehouse-table-types-'));
try {
  await using open = await openDatabase({ source: { dataFolder }, log: silentLog, poolSize: 2 });
  await migrate({ db: open.db, clock: systemClock }, await readMigrations());
  for (const { file, content } of await typesFiles(open.db)) await writeFile(join(projectFolder, file), content);
} finally {
  await rm(dataFolder, { recursive: true, force: true });
}
