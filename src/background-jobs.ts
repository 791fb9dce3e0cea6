import { deleteExpiredAnswers } from './api/idempotency.ts';
import { deleteUnusedApplications } from './applications/unregistered/delete-unused.ts';
import { deleteOldEvents } from './audit/delete-old-events.ts';
import { sealPending } from './audit/seal-events.ts';
import { deleteExpiredResetLinks } from './authenticators/ask-for-reset.ts';
import { deleteExpiredAuthenticators } from './authenticators/dormant/deactivate-authenticators.ts';
import { HOUR, MINUTE } from './base/clock.ts';
import type { Clock, Seconds } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { SecretBox } from './base/secret-box.ts';
import { deleteOldApiTokens } from './callers/delete-old-tokens.ts';
import { deleteOldConnections } from './connections/delete-old-connections.ts';
import { expireTransactions } from './connections/authorization/expire-transactions.ts';
import { expireTrials } from './connections/trial/find-trials.ts';
import { enqueueReadings, readingHandler } from './connections/provider/read-in-background.ts';
import type { ReadingDeps } from './connections/provider/read-provider-again.ts';
import { warnOfExpiry } from './connections/expiry/warn-of-expiry.ts';
import { endOldSessions } from './connections/record-outcome.ts';
import { tendClientKeys } from './connections/keys/tend-client-keys.ts';
import { deleteOldSecrets } from './connections/secrets/take-tested-secret.ts';
import { tendSetups } from './connections/setup/tend-setups.ts';
import { inTransaction } from './db/database.ts';
import type { Database, Transaction } from './db/database.ts';
import type { RetentionJobName } from './db/growth/retention-jobs.ts';
import { noteRetentionRun } from './db/growth/retention-runs.ts';
import { keepPartitions } from './db/partitions.ts';
import type { AskDns } from './domains/dns/ask-dns.ts';
import { checkDueAttempts, checkWaits, recheckDomains } from './domains/recheck-domains.ts';
import type { RateLimit } from './db/limits/rate-limit.ts';
import { deleteFailedJobs } from './jobs/delete-failed-jobs.ts';
import { deleteOldInvitations } from './invitations/delete-old-invitations.ts';
import { recurringJob } from './jobs/job.ts';
import type { JobHandler } from './jobs/job.ts';
import { tendSigningKeys } from './keys/rotate-signing-keys.ts';
import { sealOver } from './keys/seal-over.ts';
import { deleteExpiredLogins } from './logins/delete-expired-logins.ts';
import { resetLinkHandler, resetLinksHandler } from './logins/people/mail-reset-links.ts';
import { deleteOldMails } from './mail/queue/delete-old-mails.ts';
import { deleteOldLogoutTokens } from './connections/logout/receive-logout-token.ts';
import { enqueueOldMails } from './mail/post-mail.ts';
import { DAILY_TABLES } from './oidc/lifetimes.ts';
import { deleteEndedRecords } from './oidc/storage/record-store.ts';
import { deleteExpiredSessions } from './sessions/find-session.ts';
import { endOfProviderHandler } from './sessions/end-sessions.ts';
import type { LogoutNotice } from './sessions/logout-notice.ts';
import { deleteOldNodes } from './system/note-server.ts';
import type { Texts } from './texts/catalog.ts';
import { domainClaimNoticeHandler } from './users/notices/mail-domain-claim.ts';
import { domainClaimEndHandler } from './users/notices/mail-domain-claim-end.ts';
import { domainNoticeHandler } from './users/notices/mail-domain-notice.ts';

/** What the jobs of the service need. */
export interface BackgroundDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  rateLimit: RateLimit;
  texts: Texts;
  log: Log;
  askDns: AskDns;
  connectors: ReadingDeps['connectors'];
  config: { publicUrl: URL };
  /** Delivers logout notices. */
  logoutNotices: JobHandler<LogoutNotice>;
}

/** An event is sealed at most 5 seconds after it was committed: so long between two turns, and the turn itself. */
const SEALED_EVERY: Seconds = 3;

/** Every kind of job that this version runs. */
export function backgroundJobs(deps: BackgroundDeps): JobHandler[] {
  const { db, clock, secrets, rateLimit } = deps;
  const domainChecks = {
    ...deps,
    transact: async <T>(work: (tx: Transaction) => Promise<T>) =>
      inTransaction({ db }, async (inside) => work(inside.db)),
  };
  /** One that removes what is over: what it did is noted, and shown to who runs the service. */
  const retention = (name: RetentionJobName, every: Seconds, work: () => Promise<number>): JobHandler =>
    recurringJob(name, every, async () => noteRetentionRun({ db, clock }, name, await work()));
  return [
    deps.logoutNotices,
    endOfProviderHandler({ db, clock, secrets }),
    domainNoticeHandler(deps),
    resetLinksHandler({ ...deps, publicUrl: deps.config.publicUrl }),
    resetLinkHandler({ ...deps, publicUrl: deps.config.publicUrl }),
    domainClaimNoticeHandler(deps),
    domainClaimEndHandler(deps),
    readingHandler({ ...deps, publicUrl: deps.config.publicUrl }),
    recurringJob('keep-partitions', HOUR, async () => keepPartitions({ db, clock }, DAILY_TABLES)),
    retention('delete-expired-sessions', HOUR, async () => deleteExpiredSessions({ db, clock })),
    retention('delete-expired-answers', HOUR, async () => deleteExpiredAnswers({ db, clock })),
    retention('delete-expired-records', HOUR, async () => deleteEndedRecords(db, clock.now())),
    retention('delete-dormant-authenticators', HOUR, async () => deleteExpiredAuthenticators({ db, clock })),
    retention('delete-expired-logins', HOUR, async () => deleteExpiredLogins({ db, clock })),
    retention('delete-old-audit-events', HOUR, async () => deleteOldEvents({ db, clock })),
    retention('delete-unused-applications', HOUR, async () => deleteUnusedApplications({ db, clock })),
    retention('delete-old-invitations', HOUR, async () => deleteOldInvitations({ db, clock })),
    retention('delete-old-api-tokens', HOUR, async () => deleteOldApiTokens({ db, clock })),
    retention('delete-old-connections', HOUR, async () => deleteOldConnections({ db, clock })),
    retention('delete-old-mails', HOUR, async () => deleteOldMails({ db, clock })),
    retention('delete-old-server-nodes', HOUR, async () => deleteOldNodes({ db, clock })),
    retention('delete-failed-jobs', HOUR, async () => deleteFailedJobs({ db, clock })),
    retention('delete-expired-reset-links', HOUR, async () => deleteExpiredResetLinks({ db, clock })),
    retention('delete-expired-rate-limits', HOUR, async () => rateLimit.deleteExpired(clock.now())),
    recurringJob('check-domains', MINUTE, async () => checkDueAttempts(domainChecks)),
    recurringJob('check-waiting-domains', MINUTE, async () => checkWaits(domainChecks)),
    recurringJob('recheck-domains', 15 * MINUTE, async () => recheckDomains(domainChecks)),
    recurringJob('enqueue-old-mails', 5 * MINUTE, async () => enqueueOldMails({ db, clock, secrets })),
    recurringJob('enqueue-provider-readings', MINUTE, async () => enqueueReadings({ db, clock, secrets })),
    retention('expire-transactions', MINUTE, async () => expireTransactions({ db, clock })),
    retention('delete-old-logout-tokens', HOUR, async () => deleteOldLogoutTokens({ db, clock })),
    retention('expire-trials', 5 * MINUTE, async () => expireTrials({ db, clock })),
    recurringJob('end-sessions-of-old-methods', MINUTE, async () => endOldSessions({ db, clock, secrets })),
    recurringJob('tend-client-keys', HOUR, async () => tendClientKeys({ db, clock })),
    recurringJob('tend-signing-keys', 5 * MINUTE, async () => tendSigningKeys({ db, clock, secrets })),
    recurringJob('seal-over', 15, async () => void (await sealOver({ db, clock, secrets }))),
    retention('delete-old-client-secrets', HOUR, async () => deleteOldSecrets({ db, clock })),
    retention('tend-setup-links', HOUR, async () => tendSetups(deps)),
    recurringJob('warn-of-expiring-credentials', HOUR, async () => warnOfExpiry(deps)),
    recurringJob('seal-audit-events', SEALED_EVERY, async () => sealPending({ db, clock, secrets })),
  ];
}
