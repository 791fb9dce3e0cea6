import type { ApplicationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database, Transaction } from '../db/database.ts';

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

/** What a user allows an application now, locked until the transaction ends; undefined before the first consent. */
export async function selectConsentScope(
  db: Transaction,
  about: { userId: UserId; applicationId: ApplicationId },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('applicationConsent')
    .select('scope')
    .where('userId', '=', about.userId)
    .where('applicationId', '=', about.applicationId)
    .forUpdate()
    .executeTakeFirst();
  return row?.scope;
}
