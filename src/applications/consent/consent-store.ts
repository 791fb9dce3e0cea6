import type { ApplicationId, OrganizationId, UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

/** Records what a user allows an application; what was allowed before is replaced. */
export async function upsertConsent(
  db: Database,
  consent: { userId: UserId; organizationId: OrganizationId; applicationId: ApplicationId; scope: string },
  now: Date,
): Promise<void> {
  await db
    .insertInto('applicationConsent')
    .values({
      userId: consent.userId,
      applicationId: consent.applicationId,
      organizationId: consent.organizationId,
      scope: consent.scope,
      grantedAt: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['userId', 'applicationId']).doUpdateSet({ scope: consent.scope, grantedAt: now }),
    )
    .execute();
}
