import { forgetOldAnswers } from './api/idempotency.ts';
import { sealPending } from './audit/seal-events.ts';
import { sweepResetLinks } from './authenticators/ask-for-reset.ts';
import { removeDormant } from './authenticators/deactivate-authenticators.ts';
import { HOUR, MINUTE } from './base/clock.ts';
import type { Clock, Seconds } from './base/clock.ts';
import type { SecretBox } from './base/secret-box.ts';
import { endOldSessions } from './connections/record-outcome.ts';
import type { Database } from './db/database.ts';
import { keepPartitions } from './db/partitions.ts';
import type { RateLimit } from './http/rate-limit.ts';
import { recurringJob } from './jobs/job.ts';
import type { JobHandler } from './jobs/job.ts';
import { enqueueOldMails } from './mail/post-mail.ts';
import { forgetOldLogins } from './login/forget-old-logins.ts';
import { DAILY_TABLES } from './oidc/lifetimes.ts';
import { deleteEndedRecords } from './oidc/storage/record-store.ts';
import { deleteExpiredSessions } from './sessions/find-session.ts';
import type { LogoutNotice } from './sessions/logout-notice.ts';

/** What the jobs of the service need. */
export interface BackgroundDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  rateLimit: RateLimit;
  /** Delivers logout notices. */
  logoutNotices: JobHandler<LogoutNotice>;
}

/** An event is sealed at most 5 seconds after it was committed: so long between two turns, and the turn itself. */
const SEALED_EVERY: Seconds = 3;

/** Every kind of job that this version runs. */
export function backgroundJobs(deps: BackgroundDeps): JobHandler[] {
  const { db, clock, secrets, rateLimit } = deps;
  return [
    deps.logoutNotices,
    recurringJob('keep-partitions', HOUR, async () => keepPartitions({ db, clock }, DAILY_TABLES)),
    recurringJob('delete-expired-sessions', HOUR, async () => deleteExpiredSessions({ db, clock })),
    recurringJob('delete-expired-answers', HOUR, async () => forgetOldAnswers({ db, clock })),
    recurringJob('delete-expired-records', HOUR, async () => deleteEndedRecords(db, clock.now())),
    recurringJob('delete-dormant-authenticators', HOUR, async () => removeDormant({ db, clock })),
    recurringJob('delete-expired-logins', HOUR, async () => forgetOldLogins({ db, clock })),
    recurringJob('delete-expired-reset-links', HOUR, async () => sweepResetLinks({ db, clock })),
    recurringJob('delete-expired-rate-limits', HOUR, async () => rateLimit.sweep(clock.now())),
    recurringJob('enqueue-old-mails', 5 * MINUTE, async () => enqueueOldMails({ db, clock, secrets })),
    recurringJob('end-sessions-of-old-methods', MINUTE, async () => endOldSessions({ db, clock, secrets })),
    recurringJob('seal-audit-events', SEALED_EVERY, async () => sealPending({ db, clock, secrets })),
  ];
}
