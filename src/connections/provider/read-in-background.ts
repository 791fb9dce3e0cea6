import { readProviderAgain } from './read-provider-again.ts';
import type { ReadingDeps } from './read-provider-again.ts';
import { isInUse, selectDueReadings } from './reading-store.ts';
import { selectConnection } from '../connection-store.ts';
import type { Clock } from '../../base/clock.ts';
import type { ConnectionId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { enqueueJobs } from '../../jobs/enqueue-job.ts';
import { defineJob } from '../../jobs/job.ts';
import type { JobHandler } from '../../jobs/job.ts';

const READ_PROVIDER = defineJob<{ connectionId: ConnectionId }>('read-provider');
/** Enqueued at once; what is left is due in the next minute. */
const MOST = 500;

/** Enqueues the readings that are due, one job for each connection: at one host two at once, so that a slow one delays only itself. */
export async function enqueueReadings(deps: { db: Database; clock: Clock; secrets: SecretBox }): Promise<void> {
  const due = await selectDueReadings(deps.db, deps.clock.now(), MOST);
  const jobs = due.map(({ id, organizationId, issuer }) => ({
    kind: READ_PROVIDER,
    payload: { connectionId: id },
    organizationId,
    uniqueKey: id,
    concurrencyKey: URL.parse(issuer)?.host ?? issuer,
  }));
  await inTransaction(deps, async (deps) => enqueueJobs(deps, jobs));
}

/** Runs one of them. A provider that cannot be read is no failure of the job: the reading keeps it, and the next one is due soon. */
export function readingHandler(deps: ReadingDeps): JobHandler<{ connectionId: ConnectionId }> {
  return {
    kind: READ_PROVIDER,
    concurrency: 8,
    giveUpAfter: 1,
    async run({ organizationId, payload }) {
      const connection =
        organizationId === null ? undefined : await selectConnection(deps.db, organizationId, payload.connectionId);
      if (connection === undefined || !(await isInUse(deps.db, connection, deps.clock.now()))) return;
      await readProviderAgain(deps, connection, { unknownKey: false });
    },
  };
}
