import { readFacts } from '../facts/read-facts.ts';
import type { BackupFacts, Manifest } from '../archive/manifest.ts';
import { writeArchive } from '../archive/write-archive.ts';
import type { ArchiveWriter, WriteArchiveOptions } from '../archive/write-archive.ts';
import { inOrderOfReferences, PLAN_NAME } from './copy-plan.ts';
import type { CopiedTable, CopyPlan } from './copy-plan.ts';
import {
  copyOut,
  enterService,
  selectDays,
  selectMigrations,
  selectReferences,
  selectTables,
} from './logical-store.ts';
import type { Clock } from '../../base/clock.ts';
import type { Transaction } from '../../db/database.ts';
import type { RowCopier } from '../../db/connection/copy-rows.ts';
import type { OpenDatabase } from '../../db/open-database.ts';
import { findSealedValues } from '../../db/sealed/find-sealed-values.ts';

/** An entry of the file is cut when it has grown to so many bytes: it is in memory, since a tar names the length first. */
const ENTRY_BYTES = 4_000_000;

/**
 * Writes a backup of kind `logical` of a database that may be in use: everything in it is of one moment, and nobody waits.
 * Throws as {@link writeArchive}.
 */
export async function backUpLogically(
  deps: { database: Pick<OpenDatabase, 'migrating'>; clock: Clock },
  file: string,
  options: WriteArchiveOptions,
): Promise<{ manifest: Manifest; bytes: number }> {
  return writeArchive(file, options, async (archive) =>
    deps.database.migrating(async (db, copier) =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(async (tx) => writeEverything({ ...deps, tx, copier }, archive)),
    ),
  );
}

interface Snapshot {
  tx: Transaction;
  copier: RowCopier;
  clock: Clock;
}

async function writeEverything({ tx, copier, clock }: Snapshot, archive: ArchiveWriter): Promise<BackupFacts> {
  const takenAt = clock.now();
  await enterService(tx);
  const plan = await planCopy(tx);
  const text = Buffer.from(JSON.stringify(plan));
  await archive.add(PLAN_NAME, text.length, text);
  for (const table of plan.tables) await writeTable(copier, archive, table);
  return { kind: 'logical', takenAt: takenAt.toISOString(), ...(await readFacts(tx)) };
}

async function planCopy(tx: Transaction): Promise<CopyPlan> {
  const tables: CopiedTable[] = [];
  for (const { daily, ...table } of await selectTables(tx)) {
    tables.push({ ...table, days: daily ? await selectDays(tx, table.name) : null });
  }
  return {
    migrations: await selectMigrations(tx),
    tables: inOrderOfReferences(tables, await selectReferences(tx)),
    sealed: (await findSealedValues({ db: tx })).map(({ place, sealed }) => ({
      ...place,
      value: sealed.toString('base64'),
    })),
  };
}

async function writeTable(copier: RowCopier, archive: ArchiveWriter, table: CopiedTable): Promise<void> {
  let entries = 0;
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  const cut = async (): Promise<void> => {
    if (bytes === 0) return;
    const content = Buffer.concat(chunks);
    await archive.add(`tables/${table.name}/${String(entries).padStart(6, '0')}`, content.length, content);
    entries += 1;
    chunks = [];
    bytes = 0;
  };
  for await (const chunk of copier.out(copyOut(table))) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes >= ENTRY_BYTES) await cut();
  }
  await cut();
}
