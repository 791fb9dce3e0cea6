import { domainClaimEndJob } from './domain-claim-notice.ts';
import type { WaitOutcome } from './wait.ts';
import { deleteDomainClaims } from './wait-store.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import { withoutOrigin } from '../../audit/origin.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { asService } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import { enqueueJob } from '../../jobs/enqueue-job.ts';

/**
 * Ends a claim for the organizations it concerns, with an event in the log of each; whose claim it was is not told there,
 * nor from where it was ended.
 * Whoever was told that it waits is told that it does so no longer.
 */
export async function endDomainClaims(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  claimed: { organizationId: OrganizationId; domain: string },
  outcome: WaitOutcome,
): Promise<void> {
  // With the service's rights: whoever ends it need not reach them.
  await asService(deps.db, async (db) => {
    const { domain } = claimed;
    const ended = await deleteDomainClaims(db, claimed);
    for (const { organizationId } of ended) {
      const event = {
        organizationId,
        kind: 'domain.claim-ended',
        actor: SERVICE,
        details: { domain, outcome },
      } as const;
      await withoutOrigin(async () => recordEvent({ ...deps, db }, event));
    }
    const concerned = ended.filter(({ announcedAt }) => announcedAt !== null).map((each) => each.organizationId);
    if (concerned.length === 0) return;
    await enqueueJob({ ...deps, db }, domainClaimEndJob(claimed.organizationId, { domain, outcome, concerned }));
  });
}
