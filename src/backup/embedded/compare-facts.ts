import { findCheckpoints } from '../../audit/verify-seals.ts';
import { AppError } from '../../base/errors.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import type { CheckedBackup } from './checked-backup.ts';
import { enterService } from '../epoch/epoch-store.ts';
import { readFacts } from '../facts/read-facts.ts';

/**
 * Compares a restored database with what its manifest says: every table has its rows, the schema is the one, each audit log
 * ends where it did. Throws `backup.other-rows`, `backup.unusable` and `backup.audit`.
 *
 * @param owner of the migrating user: it counts rows whomever they belong to.
 */
export async function compareFacts({ file, manifest }: CheckedBackup, owner: Database): Promise<void> {
  const found = await inTransaction({ db: owner }, async ({ db }) => readFacts(db));
  if (found.schemaVersion !== manifest.schemaVersion) {
    const reason = `${found.schemaVersion} ≠ ${manifest.schemaVersion}`;
    throw new AppError('backup.unusable', { values: { file, reason } });
  }
  for (const table of new Set([...Object.keys(manifest.rows), ...Object.keys(found.rows)])) {
    const [wanted, there] = [manifest.rows[table] ?? 0, found.rows[table] ?? 0];
    if (wanted !== there) throw new AppError('backup.other-rows', { values: { file, table, wanted, found: there } });
  }
  const ends = new Map(found.auditCheckpoints.map((each) => [String(each.organizationId), each]));
  for (const { organizationId, number, digest } of manifest.auditCheckpoints) {
    const end = ends.get(organizationId);
    if (end?.number !== number || end.digest !== digest) {
      throw new AppError('backup.audit', { values: { file, fault: 'seal-missing' } });
    }
  }
}

/**
 * After log was replayed beyond the backup: every audit log has at least what it had. Throws `backup.audit`.
 *
 * @param owner as for {@link compareFacts}
 */
export async function compareAudit({ file, manifest }: CheckedBackup, owner: Database): Promise<void> {
  const found = await inTransaction({ db: owner }, async ({ db }) => {
    await enterService(db);
    return findCheckpoints({ db });
  });
  const ends = new Map(found.map((each) => [String(each.organizationId), each.number]));
  for (const { organizationId, number } of manifest.auditCheckpoints) {
    if ((ends.get(organizationId) ?? -1) < number) {
      throw new AppError('backup.audit', { values: { file, fault: 'seal-missing' } });
    }
  }
}
