import type { OrganizationDomain } from './domain.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

const COLUMNS = ['domain', 'organization_id', 'created_at'] as const;

interface Row {
  domain: string;
  organization_id: OrganizationId;
  created_at: Date;
}

function toDomain(row: Row): OrganizationDomain {
  return { domain: row.domain, organizationId: row.organization_id, createdAt: row.created_at };
}

/** Where a domain is routed. Over all organizations: an address is typed before its organization is known. */
export async function selectDomain(db: Database, domain: string): Promise<OrganizationDomain | undefined> {
  const row = await db
    .selectFrom('organization_domain')
    .select(COLUMNS)
    .where('domain', '=', domain)
    .executeTakeFirst();
  return row && toDomain(row);
}

/** The domains routed to an organization, by name. */
export async function selectDomains(db: Database, organizationId: OrganizationId): Promise<OrganizationDomain[]> {
  const rows = await db
    .selectFrom('organization_domain')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .orderBy('domain')
    .execute();
  return rows.map(toDomain);
}

/** Inserts a domain; false when it is routed somewhere already, wherever that is. */
export async function insertDomain(
  db: Database,
  domain: OrganizationDomain,
  createdBy: UserId | null,
): Promise<boolean> {
  const result = await db
    .insertInto('organization_domain')
    .values({
      domain: domain.domain,
      organization_id: domain.organizationId,
      created_by: createdBy,
      created_at: domain.createdAt,
    })
    .onConflict((conflict) => conflict.column('domain').doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Removes a domain of an organization. */
export async function deleteDomain(db: Database, organizationId: OrganizationId, domain: string): Promise<boolean> {
  const result = await db
    .deleteFrom('organization_domain')
    .where('organization_id', '=', organizationId)
    .where('domain', '=', domain)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
