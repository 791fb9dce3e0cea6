import { sql } from 'kysely';
import type { DomainOwners, DomainVerification } from './domain.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database, Transaction } from '../db/database.ts';

const COLUMNS = [
  'organizationId',
  'domain',
  'state',
  'token',
  'formerTokens',
  'startedAt',
  'checkedAt',
  'nextCheckAt',
  'foundAt',
  'finding',
  'nameServers',
  'verifiedAt',
  'takesEffectAt',
  'usersElsewhere',
  'graceSince',
  'graceDays',
  'graceCountedOn',
  'unknownSince',
  'vanishedAt',
  'toldDay',
  'held',
  'createdAt',
] as const;

type Key = Pick<DomainVerification, 'organizationId' | 'domain'>;

/** An organization's verification of a domain. */
export async function selectVerification(
  db: Database,
  organizationId: OrganizationId,
  domain: string,
): Promise<DomainVerification | undefined> {
  return db
    .selectFrom('domainVerification')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .where('domain', '=', domain)
    .$castTo<DomainVerification>()
    .executeTakeFirst();
}

/** Locks a verification until the transaction ends; false when there is none. */
export async function lockVerification(
  db: Transaction,
  organizationId: OrganizationId,
  domain: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('domainVerification')
    .select('domain')
    .where('organizationId', '=', organizationId)
    .where('domain', '=', domain)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** An organization's verifications, by domain. */
export async function selectVerifications(db: Database, organizationId: OrganizationId): Promise<DomainVerification[]> {
  return db
    .selectFrom('domainVerification')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .orderBy('domain')
    .$castTo<DomainVerification>()
    .execute();
}

/** How many domains an organization verifies, or tries to. */
export async function countVerifications(db: Database, organizationId: OrganizationId): Promise<number> {
  const row = await db
    .selectFrom('domainVerification')
    .select((of) => of.fn.countAll<string>().as('count'))
    .where('organizationId', '=', organizationId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Inserts a verification; false when the organization has one for the domain. */
export async function insertVerification(
  db: Transaction,
  row: Pick<
    DomainVerification,
    'organizationId' | 'domain' | 'token' | 'startedAt' | 'nextCheckAt' | 'held' | 'createdAt'
  >,
  createdBy: UserId | null,
): Promise<boolean> {
  const result = await db
    .insertInto('domainVerification')
    .values({ ...row, createdBy })
    .onConflict((conflict) => conflict.columns(['organizationId', 'domain']).doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Ends the hold of a verification, which is checked at once; false when it was not held. */
export async function releaseVerification(
  db: Transaction,
  { organizationId, domain }: Key,
  now: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('domainVerification')
    .set({ held: false, nextCheckAt: now })
    .where('organizationId', '=', organizationId)
    .where('domain', '=', domain)
    .where('held', '=', true)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Removes a verification that is still held; false when there is none. */
export async function deleteHeldVerification(db: Transaction, { organizationId, domain }: Key): Promise<boolean> {
  const result = await db
    .deleteFrom('domainVerification')
    .where('organizationId', '=', organizationId)
    .where('domain', '=', domain)
    .where('held', '=', true)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Removes a verification, whatever its state. */
export async function deleteVerification(
  db: Transaction,
  organizationId: OrganizationId,
  domain: string,
): Promise<DomainVerification | undefined> {
  return db
    .deleteFrom('domainVerification')
    .where('organizationId', '=', organizationId)
    .where('domain', '=', domain)
    .returning(COLUMNS)
    .$castTo<DomainVerification>()
    .executeTakeFirst();
}

/** Takes the lease of a check until `until`; undefined while another one holds it. Concurrent calls: one succeeds. */
export async function takeLease(
  db: Transaction,
  { organizationId, domain }: Key,
  now: Date,
  until: Date,
): Promise<DomainVerification | undefined> {
  return db
    .updateTable('domainVerification')
    .set({ checkingUntil: until })
    .where('organizationId', '=', organizationId)
    .where('domain', '=', domain)
    .where((eb) => eb.or([eb('checkingUntil', 'is', null), eb('checkingUntil', '<=', now)]))
    .returning(COLUMNS)
    .$castTo<DomainVerification>()
    .executeTakeFirst();
}

/**
 * Writes what a check changed and gives the lease back. Nothing is written when the row is gone, has another token by now,
 * or began or ended a wait meanwhile. A second owner of the domain is a violation of `domain_verification_one_owner`.
 * @param before what was looked for
 */
export async function saveCheck(
  db: Transaction,
  row: DomainVerification,
  before: Pick<DomainVerification, 'token' | 'state'>,
): Promise<boolean> {
  // An administrator may end the hold while DNS is asked.
  const { organizationId, domain, createdAt: _, held: __, finding, ...changed } = row;
  const result = await db
    .updateTable('domainVerification')
    .set({ ...changed, finding: finding === null ? null : JSON.stringify(finding), checkingUntil: null })
    .where('organizationId', '=', organizationId)
    .where('domain', '=', domain)
    .where('token', '=', before.token)
    .where('state', before.state === 'waiting' ? '=' : '!=', 'waiting')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Postpones the next check of some domains. */
export async function postponeChecks(db: Transaction, rows: readonly Key[], until: Date): Promise<void> {
  await db
    .updateTable('domainVerification')
    .set({ nextCheckAt: until, checkingUntil: null })
    .where((eb) =>
      eb(
        eb.refTuple('organizationId', 'domain'),
        'in',
        rows.map((row) => eb.tuple(row.organizationId, row.domain)),
      ),
    )
    .execute();
}

/**
 * Takes the leases of checks that are due, the longest due first. Over all organizations: for the service's own jobs.
 * @param states attempts, or verified domains
 */
export async function takeDue(
  db: Transaction,
  states: readonly DomainVerification['state'][],
  when: { now: Date; until: Date },
  limit: number,
): Promise<DomainVerification[]> {
  return db
    .updateTable('domainVerification')
    .set({ checkingUntil: when.until })
    .where((eb) =>
      eb(
        eb.refTuple('organizationId', 'domain'),
        'in',
        eb
          .selectFrom('domainVerification')
          .select(['organizationId', 'domain'])
          .where('nextCheckAt', '<=', when.now)
          .where('state', 'in', states)
          .where((due) => due.or([due('checkingUntil', 'is', null), due('checkingUntil', '<=', when.now)]))
          .orderBy('nextCheckAt')
          .limit(limit)
          .forUpdate()
          .skipLocked()
          .$asTuple('organizationId', 'domain'),
      ),
    )
    .returning(COLUMNS)
    .$castTo<DomainVerification>()
    .execute();
}

/**
 * Who owns a domain: the organization that verified it, and the one it is routed to. Over all organizations: an address is
 * typed before its organization is known.
 */
export async function selectOwners(db: Database, domain: string): Promise<DomainOwners> {
  const { rows } = await sql<DomainOwners>`
    select
      (select organization_id from domain_verification
        where domain = ${domain} and state in ('verified', 'grace')) as verified,
      (select organization_id from organization_domain where domain = ${domain}) as routed`.execute(db);
  return rows[0] ?? { verified: null, routed: null };
}
