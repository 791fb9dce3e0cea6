import { sql } from 'kysely';
import type { DomainVerification } from './domain.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

const COLUMNS = sql`organization_id as "organizationId", domain, state, token, former_tokens as "formerTokens",
  started_at as "startedAt", checked_at as "checkedAt", next_check_at as "nextCheckAt", found_at as "foundAt", finding,
  name_servers as "nameServers", verified_at as "verifiedAt", grace_since as "graceSince", grace_days as "graceDays",
  grace_counted_on::text as "graceCountedOn", unknown_since as "unknownSince", vanished_at as "vanishedAt",
  told_day as "toldDay", created_at as "createdAt"`;

/** An organization's verification of a domain. */
export async function selectVerification(
  db: Database,
  organizationId: OrganizationId,
  domain: string,
): Promise<DomainVerification | undefined> {
  const { rows } = await sql<DomainVerification>`
    select ${COLUMNS} from domain_verification
    where organization_id = ${organizationId} and domain = ${domain}`.execute(db);
  return rows[0];
}

/** An organization's verifications, by domain. */
export async function selectVerifications(db: Database, organizationId: OrganizationId): Promise<DomainVerification[]> {
  const { rows } = await sql<DomainVerification>`
    select ${COLUMNS} from domain_verification where organization_id = ${organizationId} order by domain`.execute(db);
  return rows;
}

/** Inserts a verification; false when the organization has one for the domain, or has the most it may. */
export async function insertVerification(
  db: Database,
  row: Pick<DomainVerification, 'organizationId' | 'domain' | 'token' | 'startedAt' | 'nextCheckAt' | 'createdAt'>,
  createdBy: UserId | null,
  most: number,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into domain_verification (organization_id, domain, token, started_at, next_check_at, created_by, created_at)
    select ${row.organizationId}::uuid, ${row.domain}, ${row.token}, ${row.startedAt}::timestamptz,
      ${row.nextCheckAt}::timestamptz, ${createdBy}::uuid, ${row.createdAt}::timestamptz
    where (select count(*) from domain_verification where organization_id = ${row.organizationId}) < ${most}
    on conflict (organization_id, domain) do nothing`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}

/** Removes a verification, whatever its state. */
export async function deleteVerification(
  db: Database,
  organizationId: OrganizationId,
  domain: string,
): Promise<DomainVerification | undefined> {
  const { rows } = await sql<DomainVerification>`
    delete from domain_verification where organization_id = ${organizationId} and domain = ${domain}
    returning ${COLUMNS}`.execute(db);
  return rows[0];
}

/** Takes the lease of a check until `until`; undefined while another one holds it. Concurrent calls: one succeeds. */
export async function takeLease(
  db: Database,
  key: { organizationId: OrganizationId; domain: string },
  now: Date,
  until: Date,
): Promise<DomainVerification | undefined> {
  const { rows } = await sql<DomainVerification>`
    update domain_verification set checking_until = ${until}
    where organization_id = ${key.organizationId} and domain = ${key.domain}
      and (checking_until is null or checking_until <= ${now})
    returning ${COLUMNS}`.execute(db);
  return rows[0];
}

/**
 * Writes what a check changed and gives the lease back. Nothing is written when the row is gone or has another token by now.
 * A second owner of the domain is a violation of `domain_verification_one_owner`.
 */
export async function saveCheck(db: Database, row: DomainVerification, token: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update domain_verification set state = ${row.state}, token = ${row.token}, former_tokens = ${row.formerTokens},
      started_at = ${row.startedAt}, checking_until = null, checked_at = ${row.checkedAt},
      next_check_at = ${row.nextCheckAt}, found_at = ${row.foundAt},
      finding = ${row.finding === null ? null : JSON.stringify(row.finding)}::jsonb,
      name_servers = ${row.nameServers}, verified_at = ${row.verifiedAt}, grace_since = ${row.graceSince},
      grace_days = ${row.graceDays}, grace_counted_on = ${row.graceCountedOn}::date,
      unknown_since = ${row.unknownSince}, vanished_at = ${row.vanishedAt}, told_day = ${row.toldDay}
    where organization_id = ${row.organizationId} and domain = ${row.domain} and token = ${token}`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}

/** Puts the next check of some verified domains off, without anything else: their run was discarded. */
export async function putOff(
  db: Database,
  rows: readonly Pick<DomainVerification, 'organizationId' | 'domain'>[],
  until: Date,
): Promise<void> {
  await sql`
    update domain_verification set next_check_at = ${until}, checking_until = null
    where (organization_id, domain) in (
      select * from unnest(${rows.map((row) => row.organizationId)}::uuid[], ${rows.map((row) => row.domain)}::text[]))
  `.execute(db);
}

/**
 * Takes the leases of checks that are due, the longest due first. Over all organizations: for the service's own jobs.
 * @param states attempts, or verified domains
 */
export async function takeDue(
  db: Database,
  states: readonly DomainVerification['state'][],
  when: { now: Date; until: Date },
  limit: number,
): Promise<DomainVerification[]> {
  const { rows } = await sql<DomainVerification>`
    update domain_verification set checking_until = ${when.until}
    where (organization_id, domain) in (
      select organization_id, domain from domain_verification
      where next_check_at <= ${when.now} and state = any (${[...states]}::text[])
        and (checking_until is null or checking_until <= ${when.now})
      order by next_check_at limit ${limit} for update skip locked)
    returning ${COLUMNS}`.execute(db);
  return rows;
}

/**
 * Who owns a domain: the organization that verified it, and the one it is routed to. Over all organizations: an address is
 * typed before its organization is known.
 */
export async function selectOwners(
  db: Database,
  domain: string,
): Promise<{ verified: OrganizationId | null; routed: OrganizationId | null }> {
  const { rows } = await sql<{ verified: OrganizationId | null; routed: OrganizationId | null }>`
    select
      (select organization_id from domain_verification
        where domain = ${domain} and state in ('verified', 'grace')) as verified,
      (select organization_id from organization_domain where domain = ${domain}) as routed`.execute(db);
  return rows[0] ?? { verified: null, routed: null };
}

/** The addresses of an organization's administrators, for mails about its domains. */
export async function selectAdministratorAddresses(
  db: Database,
  organizationId: OrganizationId,
): Promise<{ id: UserId; email: string }[]> {
  const { rows } = await sql<{ id: UserId; email: string }>`
    select id, email from app_user
    where organization_id = ${organizationId} and console_role = 'administrator' and status = 'verified'
    order by created_at limit 100`.execute(db);
  return rows;
}
