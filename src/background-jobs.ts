import type { Logger } from 'pino';
import { forgetOldAnswers } from './api/idempotency.ts';
import { SERVICE } from './audit/audit-event.ts';
import { sweepResetLinks } from './authenticators/ask-for-reset.ts';
import { removeDormant } from './authenticators/deactivate-authenticators.ts';
import { HOUR, MINUTE } from './base/clock.ts';
import type { Clock } from './base/clock.ts';
import { endOldSessions } from './connections/record-outcome.ts';
import type { Database } from './db/database.ts';
import { keepPartitions } from './db/partitions.ts';
import type { RateLimit } from './http/rate-limit.ts';
import { recurringJob } from './jobs/job.ts';
import type { JobHandler } from './jobs/job.ts';
import { deleteExpiredLogins } from './logins/delete-expired-logins.ts';
import { DAILY_TABLES } from './oidc/lifetimes.ts';
import { deleteEndedRecords } from './oidc/storage/record-store.ts';
import { endSessionsOfOrganization } from './sessions/end-sessions.ts';
import { sweepSessions } from './sessions/find-session.ts';
import type { EndedSession } from './sessions/session.ts';

/** What the jobs of the service need. */
export interface BackgroundDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  rateLimit: RateLimit;
  tellApplications(ended: EndedSession[]): Promise<void>;
}

/** Every kind of job that this version runs. */
export function backgroundJobs(deps: BackgroundDeps): JobHandler[] {
  const { db, clock, rateLimit, tellApplications } = deps;
  return [
    recurringJob('keep-partitions', HOUR, async () => keepPartitions({ db, clock }, DAILY_TABLES)),
    recurringJob('delete-expired-sessions', HOUR, async () => sweepSessions({ db, clock })),
    recurringJob('delete-expired-answers', HOUR, async () => forgetOldAnswers({ db, clock })),
    recurringJob('delete-expired-records', HOUR, async () => deleteEndedRecords(db, clock.now())),
    recurringJob('delete-dormant-authenticators', HOUR, async () => removeDormant({ db, clock })),
    recurringJob('delete-expired-logins', HOUR, async () => deleteExpiredLogins({ db, clock })),
    recurringJob('delete-expired-reset-links', HOUR, async () => sweepResetLinks({ db, clock })),
    recurringJob('delete-expired-rate-limits', HOUR, async () => rateLimit.sweep(clock.now())),
    recurringJob('end-sessions-of-old-methods', MINUTE, async () =>
      endOldSessions({
        db,
        clock,
        async endSessions(organizationId, except) {
          const { connection: exceptConnection, since: before } = except;
          const about = { organizationId, exceptConnection, before, reason: 'method changed' };
          await tellApplications(await endSessionsOfOrganization({ db, clock }, SERVICE, about));
        },
      }),
    ),
  ];
}
