import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { LiveLogin } from './login-row.ts';
import { liveLoginReader } from './login-store.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { MethodFacts } from '../connections/facts/method-facts.ts';
import { methodFacts, readMethodFacts } from '../connections/facts/method-facts-sql.ts';
import { compileOnce, slotsFor } from '../db/compiled-statement.ts';
import type { ValueSql } from '../db/compiled-statement.ts';
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

/** What the database knows of an address, for one request. */
export interface AddressFacts {
  /** Proven ones first, then the oldest. */
  candidates: Candidate[];
  /** Who owns its domain. */
  domain: DomainOwners;
  /** How the people of the organizations log in that it may lead to. */
  methods: ReadonlyMap<OrganizationId, MethodFacts>;
}

const ADDRESS = { key: 'text', domain: 'text', now: 'timestamptz' } as const;

/**
 * Part of a larger statement: {@link AddressFacts} as one document; also for nobody's address. Over all organizations: an
 * address is typed before its organization is known.
 */
function addressFacts({ key, domain, now }: ValueSql<typeof ADDRESS>): RawBuilder<unknown> {
  return sql`(
    with facts as materialized (
      select v.organization_id as verified_by, d.organization_id as routed_to,
        u.id, u.organization_id, u.status, u.break_glass,
        home.managing_organization_id is null as root,
        u.status = 'verified' and (u.email_proven_at is not null
          or v.organization_id is not distinct from u.organization_id) as proven,
        u.created_at
      from (select 1) as typed
        left join organization_domain d on d.domain = ${domain}
        left join domain_verification v on v.domain = ${domain} and v.state in ('verified', 'grace')
        left join (app_user u join organization home on home.id = u.organization_id)
          on u.email_key = ${key} and ${mayLogInSql('u', sql`home.path`, now)}
      order by proven desc, u.created_at, u.id
      limit 50
    )
    select json_build_object(
      'candidates', coalesce(json_agg(json_build_object('id', id, 'organizationId', organization_id, 'status', status,
        'breakGlass', break_glass, 'root', root, 'proven', proven) order by proven desc, created_at, id)
        filter (where id is not null), '[]'),
      'verified', (select verified_by from facts limit 1),
      'routed', (select routed_to from facts limit 1),
      'methods', (select coalesce(json_agg(${methodFacts(sql`led.id`)}), '[]') from (
        select organization_id as id from facts union select verified_by from facts union select routed_to from facts) led
        where led.id is not null))
    from facts)`;
}

/** The facts of such a document. */
function readAddressFacts(document: unknown): AddressFacts {
  const { candidates, verified, routed, methods } = document as {
    candidates: Candidate[];
    verified: OrganizationId | null;
    routed: OrganizationId | null;
    methods: unknown[];
  };
  const known = methods.map(readMethodFacts).filter((facts) => facts !== undefined);
  return {
    candidates,
    domain: { verified, routed },
    methods: new Map(known.map((facts) => [facts[0].organization.id, facts])),
  };
}

const FACTS = compileOnce<{ facts: unknown }>(() => sql`select ${addressFacts(slotsFor(ADDRESS))} as facts`);
const readIdentified = liveLoginReader(() => addressFacts(slotsFor(ADDRESS)));

/** {@link AddressFacts} by a statement of their own. */
export async function selectAddressFacts(
  db: Database,
  address: { key: string; domain: string },
  now: Date,
): Promise<AddressFacts> {
  const [row] = await FACTS(db, { ...address, now });
  return readAddressFacts(row?.facts);
}

/** A live login, and the facts of the address that is typed in it. */
export async function selectIdentifiedLogin(
  db: Database,
  handleHash: Buffer,
  address: { key: string; domain: string },
  now: Date,
): Promise<{ row: LiveLogin; address: AddressFacts } | undefined> {
  const found = await readIdentified(db, handleHash, now, address);
  return found && { row: found, address: readAddressFacts(found.beside) };
}
