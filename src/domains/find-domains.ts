import { isVerified } from './domain.ts';
import type { DomainOwners, DomainVerification } from './domain.ts';
import { selectDomain, selectDomains } from './domain-store.ts';
import { selectOwners, selectVerification, selectVerifications } from './verification-store.ts';
import { requireAccess } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** Who owns a mail domain (as `readMailDomain` gives it), in one statement; both null for a domain of nobody. */
export async function findDomainOwners(deps: { db: Database }, domain: string): Promise<DomainOwners> {
  return selectOwners(deps.db, domain);
}

/** The domains an organization has verified, by name; those in their grace count. */
export async function findVerifiedDomains(deps: { db: Database }, organizationId: OrganizationId): Promise<string[]> {
  return (await selectVerifications(deps.db, organizationId)).filter(isVerified).map(({ domain }) => domain);
}

/** The domains that lead to an organization, verified or routed, each once and by name. */
export async function findDomainsOf(deps: { db: Database }, organizationId: OrganizationId): Promise<string[]> {
  const routed = (await selectDomains(deps.db, organizationId)).map(({ domain }) => domain);
  return [...new Set([...routed, ...(await findVerifiedDomains(deps, organizationId))])].toSorted();
}

/** A domain of an organization by name, as far as anything is known of it. */
export async function findDomainOf(
  deps: { db: Database },
  organizationId: OrganizationId,
  domain: string,
): Promise<DomainOverview> {
  const routed = await selectDomain(deps.db, domain);
  return {
    domain,
    routedAt: routed?.organizationId === organizationId ? routed.createdAt : null,
    verification: (await selectVerification(deps.db, organizationId, domain)) ?? null,
  };
}

/** A domain of an organization: routed here, verified or on the way, or both. */
export interface DomainOverview {
  domain: string;
  routedAt: Date | null;
  verification: DomainVerification | null;
}

/**
 * All domains of an organization, by name.
 * @throws organization.not-found, caller.denied
 */
export async function listDomains(
  deps: { db: Database },
  caller: Caller,
  input: { organizationId: OrganizationId },
): Promise<DomainOverview[]> {
  requireAccess(caller, 'read', await findOrganization(deps, input.organizationId));
  const routed = await selectDomains(deps.db, input.organizationId);
  const verifications = await selectVerifications(deps.db, input.organizationId);
  const names = new Set([...routed, ...verifications].map(({ domain }) => domain));
  return [...names].toSorted().map((domain) => ({
    domain,
    routedAt: routed.find((one) => one.domain === domain)?.createdAt ?? null,
    verification: verifications.find((one) => one.domain === domain) ?? null,
  }));
}
