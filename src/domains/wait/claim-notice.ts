import type { OrganizationId } from '../../base/ids.ts';
import type { JobToEnqueue } from '../../jobs/enqueue-job.ts';
import { defineJob } from '../../jobs/job.ts';

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
