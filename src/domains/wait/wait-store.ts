import { sql } from 'kysely';
import type { DomainClaim, Elsewhere } from './wait.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Database, Transaction } from '../../db/database.ts';

const COLUMNS = ['organizationId', 'domain', 'claimedBy', 'users', 'takesEffectAt'] as const;

/** A domain and the organization that proved it. */
interface ClaimedDomain {
  organizationId: OrganizationId;
  domain: string;
}

/**
 * The organizations beside and above a claimer in which users have an address at a domain. Those below it are left out:
 * their administrators are the claimer's own. So are pending users, whom anybody can make with somebody else's address, and
 * disabled ones. Over all organizations, without an index: asked once, when a domain is proved.
 * @param path of the claimer
 */
export async function selectElsewhere(db: Database, domain: string, path: string): Promise<Elsewhere[]> {
  const { rows } = await sql<Elsewhere>`
    select u.organization_id, count(*)::integer as users
    from app_user u join organization home on home.id = u.organization_id
    where u.status = 'verified' and split_part(u.email_key, '@', -1) = ${domain} and not starts_with(home.path, ${path})
    group by u.organization_id
    order by u.organization_id`.execute(db);
  return rows;
}

/** Inserts a claim for each organization that it concerns. */
export async function insertDomainClaims(
  db: Transaction,
  claims: readonly DomainClaim[],
  createdAt: Date,
): Promise<void> {
  await db
    .insertInto('domainClaim')
    .values(claims.map((claim) => ({ ...claim, createdAt })))
    .execute();
}

/** The rows of one claim, by organization. */
export async function selectDomainClaims(
  db: Database,
  { organizationId: claimedBy, domain }: ClaimedDomain,
): Promise<DomainClaim[]> {
  return db
    .selectFrom('domainClaim')
    .select(COLUMNS)
    .where('claimedBy', '=', claimedBy)
    .where('domain', '=', domain)
    .orderBy('organizationId')
    .execute();
}

/** The claims on addresses of an organization's users, by domain. */
export async function selectDomainClaimsOn(db: Database, organizationId: OrganizationId): Promise<DomainClaim[]> {
  return db
    .selectFrom('domainClaim')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .orderBy('domain')
    .execute();
}

/** The rows of whichever claim on a domain waits. Over all organizations that the transaction may see. */
export async function selectDomainClaimsAt(db: Database, domain: string): Promise<DomainClaim[]> {
  return db.selectFrom('domainClaim').select(COLUMNS).where('domain', '=', domain).execute();
}

/** Who waits for a domain and until when, of the organizations that the transaction may see. */
export async function selectWaiting(
  db: Database,
  domain: string,
): Promise<{ organizationId: OrganizationId; takesEffectAt: Date | null } | undefined> {
  return db
    .selectFrom('domainVerification')
    .select(['organizationId', 'takesEffectAt'])
    .where('domain', '=', domain)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
}

/** How many of the organizations that a claim concerns lie outside of `path`. */
export async function countDomainClaimsOutside(
  db: Database,
  { organizationId: claimedBy, domain }: ClaimedDomain,
  path: string,
): Promise<number> {
  const { count } = await db
    .selectFrom('domainClaim')
    .innerJoin('organization', 'organization.id', 'domainClaim.organizationId')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('claimedBy', '=', claimedBy)
    .where('domain', '=', domain)
    .where(sql<boolean>`not starts_with(organization.path, ${path})`)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Whether an organization that a claim concerns was not told of it yet. */
export async function isUntold(db: Database, { organizationId: claimedBy, domain }: ClaimedDomain): Promise<boolean> {
  const untold = await db
    .selectFrom('domainClaim')
    .select('organizationId')
    .where('claimedBy', '=', claimedBy)
    .where('domain', '=', domain)
    .where('announcedAt', 'is', null)
    .executeTakeFirst();
  return untold !== undefined;
}

/** Moves the time at which a claim takes effect. */
export async function moveDomainClaims(
  db: Transaction,
  { organizationId: claimedBy, domain }: ClaimedDomain,
  takesEffectAt: Date,
): Promise<void> {
  await db
    .updateTable('domainClaim')
    .set({ takesEffectAt })
    .where('claimedBy', '=', claimedBy)
    .where('domain', '=', domain)
    .execute();
}

/** Deletes the rows of one claim and gives them back. */
export async function deleteDomainClaims(
  db: Transaction,
  { organizationId: claimedBy, domain }: ClaimedDomain,
): Promise<(DomainClaim & { announcedAt: Date | null })[]> {
  return db
    .deleteFrom('domainClaim')
    .where('claimedBy', '=', claimedBy)
    .where('domain', '=', domain)
    .returning([...COLUMNS, 'announcedAt'])
    .execute();
}

/** Marks a claim as announced to one organization; false where it was, or is none. Concurrent calls: one is told true. */
export async function markAnnounced(
  db: Transaction,
  { organizationId: claimedBy, domain }: ClaimedDomain,
  organizationId: OrganizationId,
  announcedAt: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('domainClaim')
    .set({ announcedAt })
    .where('claimedBy', '=', claimedBy)
    .where('domain', '=', domain)
    .where('organizationId', '=', organizationId)
    .where('announcedAt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
