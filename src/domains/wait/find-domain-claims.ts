import type { DomainClaim } from './wait.ts';
import {
  countDomainClaimsOutside,
  selectDomainClaims,
  selectDomainClaimsOn,
  selectDomainClaimsAt,
  selectWaiting,
} from './wait-store.ts';
import type { DomainVerification } from '../domain.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { asService } from '../../db/database.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { requireAccess } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization, findOrganizations } from '../../organizations/find-organization.ts';
import { reaches } from '../../organizations/organization.ts';
import type { Organization } from '../../organizations/organization.ts';

/** A wait, as an administrator of the claimer or above it sees it. */
export interface SeenWait {
  takesEffectAt: Date;
  /** In all other organizations, when the domain was proved. */
  users: number;
  /** Those of them that the caller administers. */
  organizations: { id: OrganizationId; name: string; users: number }[];
  /** The caller may end it. */
  mayEnd: boolean;
}

/** A claim of another organization, as an administrator of those whom it concerns sees it. */
export interface SeenDomainClaim {
  domain: string;
  /** Of the organization that is asked for. */
  users: number;
  takesEffectAt: Date;
  /** Who proved the domain; null for an organization that the caller does not administer. */
  claimedBy: { id: OrganizationId; name: string } | null;
}

/**
 * Whether the caller may end a wait: only from above, and only with a right over everybody whom the claim concerns. The
 * organization that claims never may.
 */
export async function mayEndWait(
  { db }: { db: Transaction },
  caller: Caller,
  organization: Pick<Organization, 'path'>,
  row: Pick<DomainVerification, 'organizationId' | 'domain'>,
): Promise<boolean> {
  const above = organization.path !== caller.organizationPath && reaches(caller.organizationPath, organization.path);
  if (!above || caller.role !== 'administrator') return false;
  // With the service's rights: out of the caller's reach is what is looked for.
  return asService(db, async (db) => (await countDomainClaimsOutside(db, row, caller.organizationPath)) === 0);
}

/** The wait of a domain, and null where it does not wait. Whether the caller may read the organization is checked before. */
export async function findWait(
  deps: { db: Transaction },
  caller: Caller,
  row: DomainVerification,
): Promise<SeenWait | null> {
  const { takesEffectAt, usersElsewhere, organizationId } = row;
  const organization = takesEffectAt === null ? undefined : await findOrganization(deps, organizationId);
  if (takesEffectAt === null || organization === undefined) return null;
  const claims = await selectDomainClaims(deps.db, row);
  const reached = await findReached(
    deps,
    caller,
    claims.map((claim) => claim.organizationId),
  );
  return {
    takesEffectAt,
    users: usersElsewhere ?? 0,
    organizations: claims
      .flatMap(({ organizationId: id, users }) => {
        const name = reached.get(id)?.name;
        return name === undefined ? [] : [{ id, name, users }];
      })
      .toSorted((one, other) => one.name.localeCompare(other.name)),
    mayEnd: !organization.suspended && (await mayEndWait(deps, caller, organization, row)),
  };
}

/**
 * The claims of other organizations on domains of an organization's users that wait.
 * @throws organization.not-found, caller.denied
 */
export async function listDomainClaims(
  deps: { db: Database },
  caller: Caller,
  input: { organizationId: OrganizationId },
): Promise<SeenDomainClaim[]> {
  requireAccess(caller, 'read', await findOrganization(deps, input.organizationId));
  const claims = await selectDomainClaimsOn(deps.db, input.organizationId);
  const reached = await findReached(
    deps,
    caller,
    claims.map(({ claimedBy }) => claimedBy),
  );
  return claims.map((claim) => seen(claim, reached));
}

/** The claim on a domain that waits, as far as it is about organizations of the caller's; null where there is none. */
export async function findDomainClaim(
  deps: { db: Database },
  caller: Caller,
  domain: string,
): Promise<Pick<SeenDomainClaim, 'takesEffectAt' | 'claimedBy'> | null> {
  const waiting = await selectWaiting(deps.db, domain);
  const claims = await selectDomainClaimsAt(deps.db, domain);
  const ids = claims.flatMap(({ organizationId, claimedBy }) => [organizationId, claimedBy]);
  const reached = await findReached(deps, caller, [...ids, ...(waiting === undefined ? [] : [waiting.organizationId])]);
  const own = waiting && reached.get(waiting.organizationId);
  if (own !== undefined && waiting?.takesEffectAt) {
    return { takesEffectAt: waiting.takesEffectAt, claimedBy: { id: own.id, name: own.name } };
  }
  const claim = claims.find(({ organizationId }) => reached.has(organizationId));
  return claim === undefined ? null : seen(claim, reached);
}

function seen(
  { domain, users, takesEffectAt, claimedBy }: DomainClaim,
  reached: ReadonlyMap<OrganizationId, Organization>,
): SeenDomainClaim {
  const claimer = reached.get(claimedBy);
  const named = claimer === undefined ? null : { id: claimer.id, name: claimer.name };
  return { domain, users, takesEffectAt, claimedBy: named };
}

/** Those of some organizations that the caller administers. */
async function findReached(
  deps: { db: Database },
  caller: Caller,
  ids: readonly OrganizationId[],
): Promise<ReadonlyMap<OrganizationId, Organization>> {
  const found = await findOrganizations(deps, [...new Set(ids)]);
  return new Map([...found].filter(([, { path }]) => reaches(caller.organizationPath, path)));
}
