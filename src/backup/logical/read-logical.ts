import { readArchive } from '../archive/read-archive.ts';
import type { Manifest } from '../archive/manifest.ts';
import { CopyPlan, PLAN_NAME } from './copy-plan.ts';
import { AppError } from '../../base/errors.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Migration } from '../../db/migrate.ts';
import { digestOf } from '../../db/migrate.ts';

/** A backup of kind `logical` that was read to its end. */
export interface LogicalBackup {
  file: string;
  manifest: Manifest;
  plan: CopyPlan;
}

/** Whether a file is a backup of kind `logical`, by its beginning. Throws as `readArchive`. */
export async function isLogical(file: string): Promise<boolean> {
  try {
    await readArchive(file, async ({ name }) => {
      throw new FirstEntry(name);
    });
  } catch (error) {
    if (error instanceof FirstEntry) return error.message === PLAN_NAME;
    throw error;
  }
  return false;
}

/** Ends the reading; its message is the name. */
class FirstEntry extends Error {}

/**
 * Reads all of a backup file; touches nothing else. Throws as `readArchive`, and `backup.embedded-only` for one of the other
 * kind.
 */
export async function readLogical(file: string): Promise<LogicalBackup> {
  let plan: CopyPlan | undefined;
  const manifest = await readArchive(file, async ({ name, content }) => {
    if (name !== PLAN_NAME || plan !== undefined) return;
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    plan = parsePlan(Buffer.concat(chunks).toString('utf8'));
  });
  if (manifest.kind !== 'logical') throw new AppError('backup.embedded-only', { values: { file } });
  if (plan === undefined) throw new AppError('backup.damaged', { values: { file } });
  return { file, manifest, plan };
}

function parsePlan(text: string): CopyPlan | undefined {
  try {
    return CopyPlan.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * The migrations of this version that make the schema of a backup. Throws `backup.newer` when it had others: then a newer
 * version made it, or another build.
 */
export function migrationsOf({ file, plan }: LogicalBackup, known: readonly Migration[]): Migration[] {
  return plan.migrations.map(({ name, digest }) => {
    const migration = known.find((one) => one.name === name);
    if (migration === undefined || digestOf(migration) !== digest) {
      const detail = `${file} has the migration ${name}, which this version does not know: use the version of Gatehouse that made it, or a later one.`;
      throw new AppError('backup.newer', { detail, values: { file } });
    }
    return migration;
  });
}

/** The kinds of sealed values (`table.column`) of a backup of which one does not open under the given master keys. */
export function closedValuesOf({ plan }: LogicalBackup, secrets: SecretBox): string[] {
  const closed = plan.sealed.filter(({ value, ...place }) => {
    try {
      secrets.open(Buffer.from(value, 'base64'), place);
      return false;
    } catch {
      return true;
    }
  });
  return [...new Set(closed.map(({ table, column }) => `${table}.${column}`))];
}
