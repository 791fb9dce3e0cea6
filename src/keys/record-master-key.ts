import type { Actor } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { findRootOrganization } from '../organizations/find-organization.ts';

/** Records a step of a master key's rotation, in the root organization; before there is one, nobody could read it. */
export async function recordMasterKey(
  deps: { db: Database; clock: Clock },
  actor: Actor,
  kind: 'master-key.added' | 'master-key.taken-into-use' | 'master-key.sealed-over' | 'master-key.forgotten',
  fingerprint: string,
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const root = await findRootOrganization(deps);
    if (root === undefined) return;
    await recordEvent(deps, { organizationId: root.id, kind, actor, details: { key: fingerprint } });
  });
}
