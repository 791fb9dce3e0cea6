import type { DomainClaim, WaitOutcome } from './wait.ts';
import { isUntold, markAnnounced, selectDomainClaims } from './wait-store.ts';
import type { Clock } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Transaction } from '../../db/database.ts';
import type { JobToEnqueue } from '../../jobs/enqueue-job.ts';
import { defineJob } from '../../jobs/job.ts';
import { findOrganizations } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';

/** Which claim is to be announced. */
export interface DomainClaimNotice {
  domain: string;
}

/** The job that announces a claim to everybody whom it concerns; `users` runs it. */
export const DOMAIN_CLAIM_NOTICE = defineJob<DomainClaimNotice>('domain-claim-notice');

/** A claim that was announced and is over. */
export interface DomainClaimEnd extends DomainClaimNotice {
  outcome: WaitOutcome;
  /** Those whom it concerned and was announced to. */
  concerned: OrganizationId[];
}

/** The job that tells the same people how it ended; `users` runs it. */
export const DOMAIN_CLAIM_END = defineJob<DomainClaimEnd>('domain-claim-end');

/** The announcement as a job, to be written in the transaction that begins the wait. */
export function domainClaimNoticeJob(claimed: {
  organizationId: OrganizationId;
  domain: string;
}): JobToEnqueue<DomainClaimNotice> {
  const { organizationId, domain } = claimed;
  return { kind: DOMAIN_CLAIM_NOTICE, payload: { domain }, organizationId };
}

/** Its end as a job, to be written in the transaction that ends the wait. */
export function domainClaimEndJob(
  organizationId: OrganizationId,
  { domain, outcome, concerned }: DomainClaimEnd,
): JobToEnqueue<DomainClaimEnd> {
  return { kind: DOMAIN_CLAIM_END, payload: { domain, outcome, concerned }, organizationId };
}

/**
 * Reads what is to be announced of a claim: nothing where all were told before, or the wait is over. The organizations are the
 * claimer and those whom it concerns.
 */
export async function readAnnouncement(
  deps: { db: Transaction },
  claimed: { organizationId: OrganizationId; domain: string },
): Promise<{ organizations: ReadonlyMap<OrganizationId, Organization>; claims: readonly DomainClaim[] }> {
  const claims = (await isUntold(deps.db, claimed)) ? await selectDomainClaims(deps.db, claimed) : [];
  const concerned = claims.map(({ organizationId }) => organizationId);
  return { organizations: await findOrganizations(deps, [claimed.organizationId, ...concerned]), claims };
}

/**
 * Notes that an organization is told of a claim, in the transaction that writes its mails: the claim takes effect only once
 * all are. False where that was done before, or the wait is over.
 */
export async function noteAnnounced(
  deps: { db: Transaction; clock: Clock },
  claimed: { organizationId: OrganizationId; domain: string },
  to: OrganizationId,
): Promise<boolean> {
  return markAnnounced(deps.db, claimed, to, deps.clock.now());
}
