import { selectNewestSeals } from './seal-store.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** Where the audit log of an organization stands. Kept outside, it shows whether the newest seals were cut off since. */
export interface AuditCheckpoint {
  organizationId: OrganizationId;
  /** Of its newest seal, among those of all organizations. */
  number: number;
  /** SHA-256 of that seal, hexadecimal. */
  digest: string;
}

/** Where the audit logs of all organizations stand. */
export async function findCheckpoints(deps: { db: Database }): Promise<AuditCheckpoint[]> {
  const seals = await selectNewestSeals(deps.db);
  return seals.map(({ organizationId, number, digest }) => ({
    organizationId,
    number,
    digest: digest.toString('hex'),
  }));
}
