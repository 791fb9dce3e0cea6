import { findUnknownIds } from '../applications/health/count-unknown.ts';
import { DAY, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { VERSION } from '../base/version.ts';
import { asService, inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { selectRetentionRuns } from '../db/growth/retention-runs.ts';
import { migrationState, readMigrations } from '../db/migrate.ts';
import { readQueue } from '../mail/queue/list-mails.ts';
import type { Caller } from '../organizations/access.ts';
import { readBackups } from './backups/read-backups.ts';
import type { BackupSettings } from './backups/read-backups.ts';
import { findWarnings } from './find-warnings.ts';
import type { Warning } from './find-warnings.ts';
import { readDisk } from './read-disk.ts';
import { selectNodes } from './server-node-store.ts';
import { isLost } from './server-node.ts';
import { selectDatabase, selectJobs } from './system-store.ts';
import { readSigningKeyStatus } from '../keys/read-status.ts';
import type { SystemFacts } from './system-facts.ts';
import { requireRunner } from './who-runs-it.ts';

/** The service as it stands, and what of it needs attention. */
export interface System extends SystemFacts {
  warnings: Warning[];
}

const MOST_NODES = 100;
const MOST_TABLES = 5;

/**
 * Reads how the service stands, over all organizations.
 * @throws organization.not-found, caller.denied for all but administrators of the root organization and the operator
 */
export async function readSystem(
  deps: {
    db: Database;
    clock: Clock;
    secrets: SecretBox;
    config: BackupSettings & { smtpUrl: string | undefined };
  },
  caller: Caller,
): Promise<System> {
  await requireRunner(deps, caller);
  const { clock, config, secrets } = deps;
  const disk = await readDisk(config.dataFolder);
  const migrations = await readMigrations();
  return inTransaction(deps, async (deps) =>
    asService(deps.db, async (db) => {
      const now = clock.now();
      const { applied, pending } = await migrationState(db, migrations);
      const nodes = await selectNodes(db, MOST_NODES);
      const facts: SystemFacts = {
        versions: { gatehouse: VERSION, schema: applied.at(-1) ?? '', pending },
        nodes: nodes.map((node) => ({ ...node, lost: isLost(node, now) })),
        database: await selectDatabase(db, MOST_TABLES),
        mails: { ...(await readQueue({ db, clock })), byServer: config.smtpUrl !== undefined },
        jobs: await selectJobs(db, now, after(now, -DAY)),
        unknownClientIds: await findUnknownIds({ db, clock }),
        retention: await selectRetentionRuns(db),
        signingKeys: await readSigningKeyStatus({ db }),
        masterKeys: secrets.fingerprints,
        disk,
        backups: await readBackups({ db, clock }, config),
      };
      return { ...facts, warnings: await findWarnings({ db, clock }, caller, facts, config) };
    }),
  );
}
