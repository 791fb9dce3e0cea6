import { sql } from 'kysely';
import type { QuotaKind, TreeUsage } from './quota.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Database, Transaction } from '../../db/database.ts';

/**
 * What an organization and each above it hold and may hold. One statement, also for a caller who does not see those above.
 * @param today the day (UTC) of which mails are counted, `YYYY-MM-DD`
 */
export async function selectTreeUsage(
  db: Database,
  organizationId: OrganizationId,
  today: string,
): Promise<TreeUsage[]> {
  const { rows } = await sql<TreeUsage>`
    select kind, organization_id, path, name, depth, used, most, chosen
    from gatehouse_quotas(${organizationId}, ${today}::date)`.execute(db);
  return rows;
}

/** Sets the limit of one organization's tree; null takes away what was set. */
export async function replaceQuota(
  db: Transaction,
  organizationId: OrganizationId,
  kind: QuotaKind,
  most: number | null,
): Promise<void> {
  if (most === null) {
    await db.deleteFrom('quotaPolicy').where('organizationId', '=', organizationId).where('kind', '=', kind).execute();
    return;
  }
  await db
    .insertInto('quotaPolicy')
    .values({ organizationId, kind, most })
    .onConflict((conflict) => conflict.columns(['organizationId', 'kind']).doUpdateSet({ most }))
    .execute();
}
