import { findCheckpoints } from '../../audit/verify-seals.ts';
import { VERSION } from '../../base/version.ts';
import type { Transaction } from '../../db/database.ts';
import type { BackupFacts } from '../archive/manifest.ts';
import { enterService } from '../epoch/epoch-store.ts';
import { countRows, selectVersions } from './facts-store.ts';

/**
 * What a manifest says of the database, whatever the kind of the backup, at the moment that `tx` sees. Of the migrating
 * user, which goes on with the rights of the service: row-level security hides the rows from the tables' owner.
 */
export async function readFacts(
  tx: Transaction,
): Promise<Pick<BackupFacts, 'version' | 'schemaVersion' | 'postgresVersion' | 'rows' | 'auditCheckpoints'>> {
  await enterService(tx);
  const versions = await selectVersions(tx);
  return {
    version: VERSION,
    schemaVersion: versions.schema ?? '',
    postgresVersion: versions.postgres,
    rows: await countRows(tx),
    auditCheckpoints: await findCheckpoints({ db: tx }),
  };
}
