import { GRACE_DAYS } from './decide.ts';
import type { NoticeReason } from './decide.ts';
import type { Finding } from './diagnose/finding.ts';
import type { DomainVerification } from './domain.ts';
import { DAY, after, utcDay } from '../base/clock.ts';
import type { JobToEnqueue } from '../jobs/enqueue-job.ts';
import { defineJob } from '../jobs/job.ts';

/** What the administrators of an organization are told about one of its domains. */
export interface DomainNotice {
  domain: string;
  reason: NoticeReason;
  /** Result of the check that caused the notice. */
  finding: Finding | null;
  /** The UTC day on which the domain is lost unless its record is back, `YYYY-MM-DD`. */
  graceEndsOn: string;
}

/** The job that mails one notice to the administrators of the organization; `users` runs it. */
export const DOMAIN_NOTICE = defineJob<DomainNotice>('domain-notice');

/** A notice as a job, to be written in the transaction of the check. */
export function domainNoticeJob(reason: NoticeReason, row: DomainVerification, now: Date): JobToEnqueue<DomainNotice> {
  const { organizationId, domain, finding, graceSince } = row;
  const graceEndsOn = utcDay(after(graceSince ?? now, GRACE_DAYS * DAY));
  return { kind: DOMAIN_NOTICE, payload: { domain, reason, finding, graceEndsOn }, organizationId };
}
