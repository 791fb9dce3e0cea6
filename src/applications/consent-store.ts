import type { ApplicationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** Records what a user allows an application; what was allowed before is replaced. */
export async function upsertConsent(
  db: Database,
  consent: { userId: UserId; organizationId: OrganizationId; applicationId: ApplicationId; scope: string },
  now: Date,
): Promise<void> {
  await db
    .insertInto('application_consent')
    .values({
      user_id: consent.userId,
      application_id: consent.applicationId,
      organization_id: consent.organizationId,
      scope: consent.scope,
      granted_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'application_id']).doUpdateSet({ scope: consent.scope, granted_at: now }),
    )
    .execute();
}
