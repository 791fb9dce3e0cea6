import { furthest } from './prepare-draft.ts';
import { holderOf } from './setup-invitation.ts';
import type { SetupInvitation } from './setup-invitation.ts';
import { lockSetup } from './open-setup.ts';
import type { OpenDeps } from './open-setup.ts';
import { updateSetup } from './setup-store.ts';
import { DAY, MINUTE } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { checkVerification } from '../../domains/check-domain.ts';
import { beginVerification, dropHeldDomain } from '../../domains/claim-domain.ts';
import type { AskDns } from '../../domains/dns/ask-dns.ts';
import type { DomainVerification } from '../../domains/domain.ts';
import { findDomainOf } from '../../domains/find-domains.ts';

/** Domains that one link may enter. */
const DOMAINS_OF_A_LINK = { name: 'setup-domain', points: 10, seconds: DAY };
const CHECKS_OF_A_LINK = { name: 'setup-domain-check', points: 10, seconds: MINUTE };

/**
 * Makes the TXT record of a domain for the link's organization. Found or not, it decides nothing before *Turn on*. Whether
 * another organization has the domain is not told.
 * @throws setup-link.ended, domain.malformed, domain.public, domain.suffix, domain.too-many, request.too-many
 */
export async function enterSetupDomain(deps: OpenDeps, invitation: SetupInvitation, typed: string): Promise<void> {
  await deps.rateLimit.consume(DOMAINS_OF_A_LINK, invitation.id);
  await inTransaction(deps, async (deps) => {
    const locked = await lockSetup(deps, invitation);
    const { organizationId } = locked;
    const begun = { organizationId, domain: typed, createdBy: null, held: true };
    const { domain } = await beginVerification(deps, holderOf(locked), begun);
    // One domain for each link: what was entered by mistake is not left waiting.
    if (locked.domain !== null && locked.domain !== domain) {
      await dropHeldDomain(deps, holderOf(locked), { organizationId, domain: locked.domain });
    }
    await updateSetup(deps.db, locked, { domain, step: furthest(locked.step, 'domain') });
  });
}

/** The verification of the domain a link has entered; null before that, and when an administrator removed it. */
export async function readSetupDomain(
  deps: { db: Database },
  { organizationId, domain }: Pick<SetupInvitation, 'organizationId' | 'domain'>,
): Promise<DomainVerification | null> {
  return domain === null ? null : (await findDomainOf(deps, organizationId, domain)).verification;
}

/**
 * *Check now* for the domain a link has entered.
 * @throws setup-link.ended, domain.not-found, domain.being-checked, request.too-many
 */
export async function checkSetupDomain(
  deps: OpenDeps & { askDns: AskDns; secrets: SecretBox },
  invitation: SetupInvitation,
): Promise<void> {
  await deps.rateLimit.consume(CHECKS_OF_A_LINK, invitation.id);
  const { organizationId, domain } = invitation;
  if (domain === null) return;
  const { db } = deps;
  const checks = {
    ...deps,
    transact: async <T>(work: (tx: Transaction) => Promise<T>) =>
      inTransaction({ db }, async (inside) => work(inside.db)),
  };
  await checkVerification(checks, holderOf(invitation), { organizationId, domain }, async (tx) => {
    await lockSetup({ ...deps, db: tx }, invitation);
  });
}
