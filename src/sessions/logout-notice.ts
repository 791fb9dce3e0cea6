import type { EndedSession } from './session.ts';
import { selectWithBackchannelLogout } from './session-store.ts';
import type { Clock } from '../base/clock.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Transaction } from '../db/database.ts';
import { enqueueJobs } from '../jobs/enqueue-job.ts';
import type { JobToEnqueue } from '../jobs/enqueue-job.ts';
import { defineJob } from '../jobs/job.ts';

/** What an application is told: that a session of a user ended (OpenID Connect Back-Channel Logout 1.0). */
export interface LogoutNotice {
  /** `client_id` of the application. */
  clientId: string;
  /** The user; `sub` of the logout token. */
  userId: UserId;
  /** The session's uid; `sid` of the logout token is made from it. */
  sessionUid: string;
}

/** The job that tells one application of one ended session; the OpenID Provider delivers it. */
export const LOGOUT_NOTICE = defineJob<LogoutNotice>('logout-notice');

/** A notice as a job. The application is the concurrency key: one that does not answer delays its own notices alone. */
export function logoutNoticeJob(
  notice: LogoutNotice,
  organizationId: OrganizationId | null,
): JobToEnqueue<LogoutNotice> {
  return { kind: LOGOUT_NOTICE, payload: notice, organizationId, concurrencyKey: notice.clientId };
}

/** Writes a notice for each application that got tokens in the ended sessions and has a back-channel logout URI. */
export async function enqueueLogoutNotices(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  ended: readonly EndedSession[],
): Promise<void> {
  const clientIds = [...new Set(ended.flatMap((session) => session.clientIds))];
  if (clientIds.length === 0) return;
  const told = new Set(await selectWithBackchannelLogout(deps.db, clientIds));
  const jobs = ended.flatMap(({ uid, userId, organizationId, clientIds: entered }) =>
    userId === null
      ? []
      : entered
          .filter((clientId) => told.has(clientId))
          .map((clientId) => logoutNoticeJob({ clientId, userId, sessionUid: uid }, organizationId)),
  );
  await enqueueJobs(deps, jobs);
}
