import type { DomainClaim } from './wait.ts';
import { markAnnounced, selectClaims } from './wait-store.ts';
import type { Clock } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Transaction } from '../../db/database.ts';
import type { JobToEnqueue } from '../../jobs/enqueue-job.ts';
import { defineJob } from '../../jobs/job.ts';
import { keepOrganizations } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';

/** Which claim is to be announced. */
export interface ClaimNotice {
  domain: string;
}

/** The job that announces a claim to everybody whom it concerns; `users` runs it. */
export const CLAIM_NOTICE = defineJob<ClaimNotice>('domain-claim-notice');

/** The announcement as a job, to be written in the transaction that begins the wait. */
export function claimNoticeJob(claimed: { organizationId: OrganizationId; domain: string }): JobToEnqueue<ClaimNotice> {
  const { organizationId, domain } = claimed;
  return { kind: CLAIM_NOTICE, payload: { domain }, organizationId };
}

/**
 * Takes what is to be announced of a claim, in the transaction that writes the mails: nothing where that was done before,
 * or the wait is over. The organizations are the claimer and those whom it concerns.
 */
export async function takeAnnouncement(
  deps: { db: Transaction; clock: Clock },
  claimed: { organizationId: OrganizationId; domain: string },
): Promise<{ organizations: ReadonlyMap<OrganizationId, Organization>; claims: readonly DomainClaim[] }> {
  const concerned = (await selectClaims(deps.db, claimed)).map(({ organizationId }) => organizationId);
  const organizations = await keepOrganizations(deps, [claimed.organizationId, ...concerned]);
  return { organizations, claims: await markAnnounced(deps.db, claimed, deps.clock.now()) };
}
