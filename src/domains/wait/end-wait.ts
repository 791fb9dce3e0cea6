import type { WaitOutcome } from './wait.ts';
import { deleteClaims } from './wait-store.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { asService } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';

/** Ends a claim for the organizations it concerns, with an event in the log of each. Whose claim it was is not told there. */
export async function endClaims(
  deps: { db: Transaction; clock: Clock },
  claimed: { organizationId: OrganizationId; domain: string },
  outcome: WaitOutcome,
): Promise<void> {
  // With the service's rights: whoever ends it need not reach them.
  await asService(deps.db, async (db) => {
    const { domain } = claimed;
    for (const { organizationId } of await deleteClaims(db, claimed)) {
      const event = {
        organizationId,
        kind: 'domain.claim-ended',
        actor: SERVICE,
        details: { domain, outcome },
      } as const;
      await recordEvent({ ...deps, db }, event);
    }
  });
}
