import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { findOldPrograms } from '../../src/db/embedded/old-programs.ts';
import { openDatabase } from '../../src/db/open-database.ts';

const OLD = 17;

/** Programs of PostgreSQL 17, fetched by npm into a folder of their own. */
export interface OldPrograms extends AsyncDisposable {
  folder: string;
}

/** Fetches them as `gatehouse database upgrade` does. */
export async function fetchOldPrograms(): Promise<OldPrograms> {
  const into = await mkdtemp(join(tmpdir(), 'faults-postgres-'));
  return {
    folder: await findOldPrograms(join(into, 'data'), OLD, { given: undefined, into }),
    [Symbol.asyncDispose]: async () => rm(into, { recursive: true }),
  };
}

/** Makes the empty database of a data folder by PostgreSQL 17. */
export async function makeOldFolder(dataFolder: string): Promise<void> {
  await using programs = await fetchOldPrograms();
  await mkdir(dataFolder, { recursive: true });
  const old = await openDatabase({ source: { dataFolder, programs: programs.folder }, log: silentLog, poolSize: 2 });
  await old.close();
}
