import type { OrganizationId } from '../../base/ids.ts';
import { findDirectory } from '../../connectors/entra-id/read-directory.ts';
import type { DirectoryDeps, DirectoryPlace } from '../../connectors/entra-id/read-directory.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { requireAccess } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findDomainsOf } from '../../domains/find-domains.ts';
import { readMailDomain } from '../../domains/mail-domain.ts';
import { isPublicMailDomain } from '../../domains/public-domains.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { domainOf } from '../../users/email-address.ts';
import { findUser, findUserDomains } from '../../users/find-users.ts';

/** An Entra ID directory found from a mail domain; only a proposal, because mailbox and directory may differ. */
export interface DirectoryProposal extends DirectoryPlace {
  domain: string;
  source: 'organization-domain' | 'user-domain' | 'administrator-address' | 'asked';
}

/** How many domains are asked at most. */
const MAX_ASKED = 5;

/**
 * Proposes the directory of an organization: of the domain asked for, else of its domains, its users' domains, and for the
 * caller's own organization the caller's address. Public mail domains name no directory.
 * @throws organization.not-found, caller.denied
 */
export async function proposeDirectory(
  deps: DirectoryDeps & { transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> },
  caller: Caller,
  input: { organizationId: OrganizationId; domain?: string | undefined },
): Promise<DirectoryProposal | null> {
  const candidates = await deps.transact((db) => candidateDomains(db, caller, input));
  for (const { domain, source } of candidates.slice(0, MAX_ASKED)) {
    // The global cloud answers for the US Government's directories, too, and names their hosts.
    const found = await findDirectory(deps, domain, 'global');
    if (!('fault' in found)) return { ...found, domain, source };
  }
  return null;
}

async function candidateDomains(
  db: Database,
  caller: Caller,
  input: { organizationId: OrganizationId; domain?: string | undefined },
): Promise<Omit<DirectoryProposal, keyof DirectoryPlace>[]> {
  const found = await findOrganization({ db }, input.organizationId);
  const organization = requireAccess(caller, 'edit-authentication', found);
  if (input.domain !== undefined && input.domain.trim() !== '') {
    const domain = readMailDomain(input.domain);
    return domain === undefined || isPublicMailDomain(domain) ? [] : [{ domain, source: 'asked' }];
  }
  const own = await findDomainsOf({ db }, organization.id);
  const ofUsers = await findUserDomains({ db }, organization.id);
  const user =
    caller.userId === null || caller.organizationId !== organization.id
      ? undefined
      : await findUser({ db }, caller.userId);
  const all: Omit<DirectoryProposal, keyof DirectoryPlace>[] = [
    ...own.map((domain) => ({ domain, source: 'organization-domain' as const })),
    ...(user === undefined ? [] : [{ domain: domainOf(user.emailKey), source: 'administrator-address' as const }]),
    ...ofUsers.map((domain) => ({ domain, source: 'user-domain' as const })),
  ];
  const seen = new Set<string>();
  return all.filter(({ domain }) => {
    if (seen.has(domain) || isPublicMailDomain(domain)) return false;
    seen.add(domain);
    return true;
  });
}
