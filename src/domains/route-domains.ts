import { isRootAdministrator, requireAccess, requireFreshFactor } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { deleteDomain, insertDomain, selectDomain } from './domain-store.ts';
import type { OrganizationDomain } from './domain.ts';
import { readMailDomain } from './mail-domain.ts';
import { requireOwnable } from './public-domains.ts';
import { findOrganization, keepOrganization } from '../organizations/find-organization.ts';
import { reaches } from '../organizations/organization.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { OrganizationId } from '../base/ids.ts';
import { inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/**
 * Whether the caller may route domains to an organization: an administrator above it, or of the root to the root itself.
 * An organization cannot claim a domain by itself: that would take the log-ins of somebody else's people.
 */
export function mayRouteDomains(caller: Caller, organization: { path: string }): boolean {
  if (caller.role !== 'administrator' || !organization.path.startsWith(caller.organizationPath)) return false;
  return organization.path !== caller.organizationPath || isRootAdministrator(caller);
}

/**
 * Routes the addresses of a mail domain to an organization. Unique over the service; public mail domains and public
 * suffixes belong to nobody. Repeating it changes nothing. That a domain is routed elsewhere is told only to whoever
 * administers that organization as well.
 * @throws organization.not-found, caller.denied, caller.stale-factor, domain.malformed, domain.public, domain.suffix,
 *   domain.taken, domain.unavailable
 */
export async function routeDomain(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; domain: string },
): Promise<OrganizationDomain> {
  return inTransaction(deps, async (deps) => {
    await requireRouting(deps, caller, input.organizationId);
    const domain = readMailDomain(input.domain);
    if (domain === undefined) throw new AppError('domain.malformed');
    requireOwnable(domain);
    const routed: OrganizationDomain = {
      domain,
      organizationId: input.organizationId,
      createdAt: deps.clock.now(),
    };
    if (!(await insertDomain(deps.db, routed, caller.userId))) {
      const present = await selectDomain(deps.db, domain);
      if (present?.organizationId === input.organizationId) return present;
      // Another administrator's customer is not even seen under row-level security.
      const holder = present && (await findOrganization(deps, present.organizationId));
      const known = holder !== undefined && reaches(caller.organizationPath, holder.path);
      throw new AppError(known ? 'domain.taken' : 'domain.unavailable', { values: { domain } });
    }
    await recordEvent(deps, {
      organizationId: input.organizationId,
      kind: 'domain.routed',
      actor: actorOf(caller),
      details: { domain },
    });
    return routed;
  });
}

/**
 * Ends the routing of a mail domain to an organization.
 * @throws organization.not-found, caller.denied, caller.stale-factor, domain.not-found
 */
export async function removeDomain(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; domain: string },
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    await requireRouting(deps, caller, input.organizationId);
    const domain = readMailDomain(input.domain);
    if (domain === undefined || !(await deleteDomain(deps.db, input.organizationId, domain))) {
      throw new AppError('domain.not-found');
    }
    await recordEvent(deps, {
      organizationId: input.organizationId,
      kind: 'domain.removed',
      actor: actorOf(caller),
      details: { domain },
    });
  });
}

async function requireRouting(deps: Deps, caller: Caller, organizationId: OrganizationId): Promise<void> {
  const found = await keepOrganization(deps, organizationId);
  const organization = requireAccess(caller, 'edit-authentication', found);
  if (!mayRouteDomains(caller, organization))
    throw new AppError('caller.denied', { detail: 'domains are routed from above' });
  requireFreshFactor(caller, deps.clock.now());
}
