import { findCheckpoints } from '../../audit/find-checkpoints.ts';
import { VERSION } from '../../base/version.ts';
import type { Transaction } from '../../db/database.ts';
import type { BackupFacts } from '../archive/manifest.ts';
import { countRows, selectVersions } from './facts-store.ts';

/** What a manifest says of the database, whatever the kind of the backup, at the moment that `tx` sees. */
export async function readFacts(
  tx: Transaction,
): Promise<Pick<BackupFacts, 'version' | 'schemaVersion' | 'postgresVersion' | 'rows' | 'auditCheckpoints'>> {
  const versions = await selectVersions(tx);
  return {
    version: VERSION,
    schemaVersion: versions.schema ?? '',
    postgresVersion: versions.postgres,
    rows: await countRows(tx),
    auditCheckpoints: await findCheckpoints({ db: tx }),
  };
}
