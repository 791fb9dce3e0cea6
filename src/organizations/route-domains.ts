import { isRootAdministrator, requireAccess, requireFreshFactor } from './access.ts';
import type { Caller } from './access.ts';
import { deleteDomain, insertDomain, selectDomain } from './domain-store.ts';
import type { OrganizationDomain } from './domain-store.ts';
import { isPublicMailDomain, readMailDomain } from './mail-domain.ts';
import { selectOrganization } from './organization-store.ts';
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
 * Whether the caller may steer domains to an organization: an administrator above it, or of the root to the root itself.
 * An organization cannot claim a domain by itself: that would take the log-ins of somebody else's people.
 */
export function mayRouteDomains(caller: Caller, organization: { path: string }): boolean {
  if (caller.role !== 'administrator' || !organization.path.startsWith(caller.organizationPath)) return false;
  return organization.path !== caller.organizationPath || isRootAdministrator(caller);
}

/**
 * Steers the addresses of a mail domain to an organization. Unique over the service; public mail domains belong to nobody.
 * Repeating it changes nothing.
 * @throws organization.not-found, caller.denied, caller.stale-factor, domain.malformed, domain.public, domain.taken
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
    if (isPublicMailDomain(domain)) throw new AppError('domain.public', { values: { domain } });
    const routed: OrganizationDomain = {
      domain,
      organizationId: input.organizationId,
      verifiedAt: null,
      createdAt: deps.clock.now(),
    };
    if (!(await insertDomain(deps.db, routed, caller.userId))) {
      // Under row-level security a domain of somebody else is not even seen: both look taken.
      const standing = await selectDomain(deps.db, domain);
      if (standing?.organizationId === input.organizationId) return standing;
      throw new AppError('domain.taken', { values: { domain } });
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
 * Steers the addresses of a mail domain to an organization no longer.
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
  const found = await selectOrganization(deps.db, organizationId);
  const organization = requireAccess(caller, 'edit-authentication', found);
  if (!mayRouteDomains(caller, organization))
    throw new AppError('caller.denied', { detail: 'domains are routed from above' });
  requireFreshFactor(caller, deps.clock.now());
}
