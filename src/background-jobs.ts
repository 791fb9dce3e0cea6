import type { Logger } from 'pino';
import { forgetOldAnswers } from './api/idempotency.ts';
import { SERVICE } from './audit/audit-event.ts';
import { sweepResetLinks } from './authenticators/ask-for-reset.ts';
import { removeDormant } from './authenticators/rest-authenticators.ts';
import { HOUR, MINUTE } from './base/clock.ts';
import type { Clock } from './base/clock.ts';
import type { SecretBox } from './base/secret-box.ts';
import { endOldSessions } from './connections/record-outcome.ts';
import { inTransaction } from './db/database.ts';
import type { Database, Transaction } from './db/database.ts';
import { keepPartitions } from './db/partitions.ts';
import type { AskDns } from './domains/dns/ask-dns.ts';
import { checkDueAttempts, recheckDomains } from './domains/recheck-domains.ts';
import type { RateLimit } from './http/rate-limit.ts';
import { recurringJob } from './jobs/job.ts';
import type { JobHandler } from './jobs/job.ts';
import { forgetOldLogins } from './login/forget-old-logins.ts';
import { DAILY_TABLES } from './oidc/lifetimes.ts';
import { deleteEndedRecords } from './oidc/storage/record-store.ts';
import { endSessionsOfOrganization } from './sessions/end-sessions.ts';
import { sweepSessions } from './sessions/find-session.ts';
import type { EndedSession } from './sessions/session.ts';
import type { Text } from './texts/catalog.ts';

/** What the jobs of the service need. */
export interface BackgroundDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  rateLimit: RateLimit;
  secrets: SecretBox;
  t: Text;
  askDns: AskDns;
  tellApplications(ended: EndedSession[]): Promise<void>;
}

/** Every kind of job that this version runs. */
export function backgroundJobs(deps: BackgroundDeps): JobHandler[] {
  const { db, clock, rateLimit, tellApplications } = deps;
  const domainChecks = {
    ...deps,
    transact: async <T>(work: (tx: Transaction) => Promise<T>) =>
      inTransaction({ db }, async (inside) => work(inside.db)),
  };
  return [
    recurringJob('keep-partitions', HOUR, async () => keepPartitions({ db, clock }, DAILY_TABLES)),
    recurringJob('delete-expired-sessions', HOUR, async () => sweepSessions({ db, clock })),
    recurringJob('delete-expired-answers', HOUR, async () => forgetOldAnswers({ db, clock })),
    recurringJob('delete-expired-records', HOUR, async () => deleteEndedRecords(db, clock.now())),
    recurringJob('delete-dormant-authenticators', HOUR, async () => removeDormant({ db, clock })),
    recurringJob('delete-expired-logins', HOUR, async () => forgetOldLogins({ db, clock })),
    recurringJob('delete-expired-reset-links', HOUR, async () => sweepResetLinks({ db, clock })),
    recurringJob('delete-expired-rate-limits', HOUR, async () => rateLimit.sweep(clock.now())),
    recurringJob('check-domains', MINUTE, async () => checkDueAttempts(domainChecks)),
    recurringJob('recheck-domains', 15 * MINUTE, async () => recheckDomains(domainChecks)),
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
