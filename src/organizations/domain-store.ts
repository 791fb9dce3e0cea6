import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** A mail domain that steers addresses to an organization. */
export interface OrganizationDomain {
  /** ASCII, lower case. */
  domain: string;
  organizationId: OrganizationId;
  /** When DNS proved it; null for one that is routed only. */
  verifiedAt: Date | null;
  createdAt: Date;
}

const COLUMNS = ['domain', 'organizationId', 'verifiedAt', 'createdAt'] as const;

/** Where a domain steers to. Over all organizations: an address is typed before its organization is known. */
export async function selectDomain(db: Database, domain: string): Promise<OrganizationDomain | undefined> {
  return db.selectFrom('organizationDomain').select(COLUMNS).where('domain', '=', domain).executeTakeFirst();
}

/** The domains of an organization, by name. */
export async function selectDomains(db: Database, organizationId: OrganizationId): Promise<OrganizationDomain[]> {
  return db
    .selectFrom('organizationDomain')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .orderBy('domain')
    .execute();
}

/** Inserts a domain; false when it steers somewhere already, wherever that is. */
export async function insertDomain(
  db: Database,
  domain: OrganizationDomain,
  createdBy: UserId | null,
): Promise<boolean> {
  const result = await db
    .insertInto('organizationDomain')
    .values({
      domain: domain.domain,
      organizationId: domain.organizationId,
      verifiedAt: domain.verifiedAt,
      createdBy,
      createdAt: domain.createdAt,
    })
    .onConflict((conflict) => conflict.column('domain').doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Removes a domain of an organization. */
export async function deleteDomain(db: Database, organizationId: OrganizationId, domain: string): Promise<boolean> {
  const result = await db
    .deleteFrom('organizationDomain')
    .where('organizationId', '=', organizationId)
    .where('domain', '=', domain)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
