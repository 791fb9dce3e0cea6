import type { OrganizationDomain } from './domain.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database, Transaction } from '../db/database.ts';

const COLUMNS = ['domain', 'organizationId', 'createdAt'] as const;

/** Where a domain is routed. Over all organizations: an address is typed before its organization is known. */
export async function selectDomain(db: Database, domain: string): Promise<OrganizationDomain | undefined> {
  return db.selectFrom('organizationDomain').select(COLUMNS).where('domain', '=', domain).executeTakeFirst();
}

/** The domains routed to an organization, by name. */
export async function selectDomains(db: Database, organizationId: OrganizationId): Promise<OrganizationDomain[]> {
  return db
    .selectFrom('organizationDomain')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .orderBy('domain')
    .execute();
}

/** Inserts a domain; false when it is routed somewhere already, wherever that is. */
export async function insertDomain(
  db: Transaction,
  domain: OrganizationDomain,
  createdBy: UserId | null,
): Promise<boolean> {
  const result = await db
    .insertInto('organizationDomain')
    .values({ ...domain, createdBy })
    .onConflict((conflict) => conflict.column('domain').doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Removes a domain of an organization. */
export async function deleteDomain(db: Transaction, organizationId: OrganizationId, domain: string): Promise<boolean> {
  const result = await db
    .deleteFrom('organizationDomain')
    .where('organizationId', '=', organizationId)
    .where('domain', '=', domain)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
