import { LONGEST_DOMAIN, isVerified, newToken, nextAttemptCheck } from './domain.ts';
import type { DomainVerification } from './domain.ts';
import { readMailDomain } from './mail-domain.ts';
import { endDomainClaims } from './wait/end-wait.ts';
import { requireOwnable } from './public-domains.ts';
import {
  countVerifications,
  deleteHeldVerification,
  deleteVerification,
  insertVerification,
  lockVerification,
  releaseVerification,
  selectVerification,
} from './verification-store.ts';
import type { Actor } from '../audit/audit-event.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database, Inside } from '../db/database.ts';
import { requireAccess, requireFreshFactor } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { keepOrganization } from '../organizations/find-organization.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** Most domains that one organization verifies or tries to. */
const MOST_DOMAINS = 100;

/**
 * Begins to verify a domain for an organization: makes the token of its TXT record. Whether another organization has the
 * domain is not told. Repeating it changes nothing.
 * @throws organization.not-found, caller.denied, caller.stale-factor, domain.malformed, domain.public, domain.suffix,
 *   domain.too-many
 */
export async function claimDomain(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; domain: string },
): Promise<DomainVerification> {
  return inTransaction(deps, async (deps) => {
    requireAccess(caller, 'edit-authentication', await keepOrganization(deps, input.organizationId));
    const now = deps.clock.now();
    requireFreshFactor(caller, now);
    const begun = await beginVerification(deps, actorOf(caller), { ...input, createdBy: caller.userId, held: false });
    if (!begun.held) return begun;
    await releaseHeldDomain(deps, begun);
    return { ...begun, held: false, nextCheckAt: now };
  });
}

/**
 * Makes the verification of a domain and its token, or gives the one there is; whoever calls it has checked who asks.
 * @throws domain.malformed, domain.public, domain.suffix, domain.too-many
 */
export async function beginVerification(
  deps: Inside<Deps>,
  actor: Actor,
  input: {
    organizationId: OrganizationId;
    domain: string;
    createdBy: UserId | null;
    /** It decides nothing before {@link releaseHeldDomain}. */
    held: boolean;
  },
): Promise<DomainVerification> {
  const now = deps.clock.now();
  const domain = readMailDomain(input.domain);
  if (domain === undefined || domain.length > LONGEST_DOMAIN) throw new AppError('domain.malformed');
  requireOwnable(domain);
  const { organizationId, createdBy, held } = input;
  const present = await selectVerification(deps.db, organizationId, domain);
  if (present !== undefined) return present;
  if ((await countVerifications(deps.db, organizationId)) >= MOST_DOMAINS) {
    throw new AppError('domain.too-many', { values: { most: MOST_DOMAINS } });
  }
  const row = { organizationId, domain, token: newToken(), startedAt: now, held, createdAt: now };
  const inserted = await insertVerification(deps.db, { ...row, nextCheckAt: nextAttemptCheck(now, now) }, createdBy);
  const verification = await selectVerification(deps.db, organizationId, domain);
  if (verification === undefined) throw new Error('the inserted verification does not exist');
  if (inserted) await recordEvent(deps, { organizationId, kind: 'domain.added', actor, details: { domain } });
  return verification;
}

/** An administrator says that a held domain shall count: it is checked at once. */
export async function releaseHeldDomain(
  deps: Inside<Deps>,
  about: { organizationId: OrganizationId; domain: string },
): Promise<void> {
  await releaseVerification(deps.db, about, deps.clock.now());
}

/** Removes a domain that is still held: whoever entered it may prepare nothing any more. */
export async function dropHeldDomain(
  deps: Inside<Deps>,
  actor: Actor,
  { organizationId, domain }: { organizationId: OrganizationId; domain: string },
): Promise<void> {
  if (!(await deleteHeldVerification(deps.db, { organizationId, domain }))) return;
  const details = { domain, verified: false, waiting: false };
  await recordEvent(deps, { organizationId, kind: 'domain.verification-removed', actor, details });
}

/**
 * Ends an organization's verification of a domain, and what follows from it. An administrator above may do it as well:
 * so a domain moves to another organization, which then proves it with its own token.
 * @throws organization.not-found, caller.denied, caller.stale-factor, domain.not-found
 */
export async function endVerification(
  deps: Deps & { secrets: SecretBox },
  caller: Caller,
  input: { organizationId: OrganizationId; domain: string },
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    requireAccess(caller, 'edit-authentication', await keepOrganization(deps, input.organizationId));
    requireFreshFactor(caller, deps.clock.now());
    const domain = readMailDomain(input.domain);
    // Locked first, as a check does; with its row the claims would be gone before they are read.
    if (domain !== undefined && (await lockVerification(deps.db, input.organizationId, domain))) {
      await endDomainClaims(deps, { ...input, domain }, 'withdrawn');
    }
    const removed = domain === undefined ? undefined : await deleteVerification(deps.db, input.organizationId, domain);
    if (removed === undefined) throw new AppError('domain.not-found');
    const details = { domain: removed.domain, verified: isVerified(removed), waiting: removed.state === 'waiting' };
    const event = { organizationId: input.organizationId, kind: 'domain.verification-removed' } as const;
    await recordEvent(deps, { ...event, actor: actorOf(caller), details });
  });
}
