import { readArchive } from '../archive/read-archive.ts';
import { analyze, closeTable, copyIn, enterOwner, openTable, selectTables } from './logical-store.ts';
import type { CopiedTable } from './copy-plan.ts';
import type { LogicalBackup } from './read-logical.ts';
import { AppError } from '../../base/errors.ts';
import type { Transaction } from '../../db/database.ts';
import type { RowCopier, RowsIn } from '../../db/connection/copy-rows.ts';
import type { OpenDatabase } from '../../db/open-database.ts';
import { findRoles } from '../../db/roles.ts';
import { markRestoreUnfinished } from '../../db/unfinished-restore.ts';

/**
 * Loads the rows of a backup into a database of the same schema, all of them or none, and marks it as not to be served yet.
 * Foreign keys, checks and unique keys hold as ever; what triggers would compute is in the backup. Throws `backup.damaged`
 * when its rows are not those that the manifest counts.
 * @param onProgress hears how many bytes of rows were loaded, in all
 */
export async function loadRows(
  deps: { database: Pick<OpenDatabase, 'migrating'> },
  backup: LogicalBackup,
  onProgress?: (bytes: number) => void,
): Promise<void> {
  await deps.database.migrating(async (db, copier) =>
    db.transaction().execute(async (tx) => {
      const roles = await findRoles(tx);
      if (roles === undefined) throw new Error('rows are loaded into a migrated database');
      await enterOwner(tx, roles.owner);
      const { tables } = backup.plan;
      await requireTables(tx, backup);
      for (const table of tables) await openTable(tx, table);
      const loaded = await copyEverything(copier, backup, onProgress);
      for (const { name } of tables) {
        if ((loaded.get(name) ?? 0) !== backup.manifest.rows[name]) throw damaged(backup);
      }
      for (const table of tables) await closeTable(tx, table);
      for (const table of tables) await analyze(tx, table);
      await markRestoreUnfinished(tx);
    }),
  );
}

/** The names of a backup are written into statements: they have to be those of this schema, each once. */
async function requireTables(tx: Transaction, backup: LogicalBackup): Promise<void> {
  const here = (await selectTables(tx)).map(({ name, columns }) => JSON.stringify([name, columns.toSorted()]));
  const there = backup.plan.tables.map(({ name, columns }) => JSON.stringify([name, columns.toSorted()]));
  if (JSON.stringify(here.toSorted()) !== JSON.stringify(there.toSorted())) throw damaged(backup);
}

/** @returns rows of each table */
async function copyEverything(
  copier: RowCopier,
  backup: LogicalBackup,
  onProgress: ((bytes: number) => void) | undefined,
): Promise<Map<string, number>> {
  const loaded = new Map<string, number>();
  const waiting = [...backup.plan.tables];
  let current: { table: CopiedTable; rows: RowsIn } | undefined;
  let bytes = 0;
  const finish = async (): Promise<void> => {
    if (current !== undefined) loaded.set(current.table.name, await current.rows.end());
    current = undefined;
  };
  await readArchive(backup.file, async ({ name, content }) => {
    const table = /^tables\/(\w+)\/\d+$/.exec(name)?.[1];
    if (table === undefined) return;
    if (current?.table.name !== table) {
      await finish();
      // Their order is that of the references; tables without rows have no entry.
      while (waiting.length > 0 && waiting[0]?.name !== table) waiting.shift();
      const next = waiting.shift();
      if (next === undefined) throw damaged(backup);
      current = { table: next, rows: copier.in(copyIn(next)) };
    }
    for await (const chunk of content) {
      await current.rows.write(chunk);
      bytes += chunk.length;
      onProgress?.(bytes);
    }
  });
  await finish();
  return loaded;
}

function damaged({ file }: LogicalBackup): AppError {
  return new AppError('backup.damaged', { values: { file } });
}
