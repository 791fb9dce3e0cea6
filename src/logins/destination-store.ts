import { sql } from 'kysely';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import type { DomainOwners } from '../domains/domain.ts';
import { mayLogInSql } from '../users/may-log-in-sql.ts';
import type { UserStatus } from '../users/user.ts';

/** A user with the typed address who may log in. */
export interface Candidate {
  id: UserId;
  organizationId: OrganizationId;
  status: UserStatus;
  breakGlass: boolean;
  /** Of the root organization. */
  root: boolean;
  /** Has logged in before, and we proved the mailbox for this user or the organization verified the domain by DNS. */
  proven: boolean;
}

/** What the database knows of an address. */
export interface AddressFacts {
  /** Proven ones first, then the oldest. */
  candidates: Candidate[];
  /** Who owns its domain. */
  domain: DomainOwners;
}

interface Row extends Omit<Candidate, 'id'> {
  id: UserId | null;
  verifiedBy: OrganizationId | null;
  routedTo: OrganizationId | null;
}

/** Over all organizations: an address is typed before its organization is known. One statement, also for nobody's address. */
export async function selectAddressFacts(
  db: Database,
  address: { key: string; domain: string },
  now: Date,
): Promise<AddressFacts> {
  const { rows } = await sql<Row>`
    select v.organization_id as verified_by, d.organization_id as routed_to,
      u.id, u.organization_id, u.status, u.break_glass,
      home.managing_organization_id is null as root,
      u.status = 'verified' and (u.email_proven_at is not null
        or v.organization_id is not distinct from u.organization_id) as proven
    from (select 1) as typed
      left join organization_domain d on d.domain = ${address.domain}
      left join domain_verification v on v.domain = ${address.domain} and v.state in ('verified', 'grace')
      left join (app_user u join organization home on home.id = u.organization_id)
        on u.email_key = ${address.key} and ${mayLogInSql('u', sql`home.path`, now)}
    order by proven desc, u.created_at, u.id
    limit 50`.execute(db);
  const [first] = rows;
  return {
    candidates: rows.flatMap(({ id, organizationId, status, breakGlass, root, proven }) =>
      id === null ? [] : [{ id, organizationId, status, breakGlass, root, proven }],
    ),
    domain: { verified: first?.verifiedBy ?? null, routed: first?.routedTo ?? null },
  };
}
