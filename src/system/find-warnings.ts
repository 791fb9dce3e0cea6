import type { Clock } from '../base/clock.ts';
import { MINUTE, after } from '../base/clock.ts';
import { listCredentials } from '../connections/expiry/find-expiring.ts';
import { CLOCK_TOLERANCE, clockOffset } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { findMissedPartitions } from '../db/partitions.ts';
import type { MailFailureCode } from '../mail/mailer.ts';
import type { Caller } from '../organizations/access.ts';
import { findBackupWarnings } from './backups/read-backups.ts';
import type { BackupWarning } from './backups/read-backups.ts';
import { LOW_DISK_BYTES } from './read-disk.ts';
import { isLost, missingNodes } from './server-node.ts';
import type { SystemFacts } from './system-facts.ts';

/** What needs attention. The sentences, what it is and what to do: `system.warning.…` and `system.fix.…` of the catalog. */
export type Warning =
  | BackupWarning
  | { code: 'disk-low'; values: { folder: string; free: number } }
  | { code: 'schema-behind'; values: { names: string } }
  | { code: 'database-open'; values: Record<string, never> }
  | { code: 'connections-low'; values: { used: number; most: number } }
  | { code: 'clocks'; values: { seconds: number } }
  | { code: 'partitions'; values: { tables: string } }
  | { code: 'servers-lost'; values: { count: number; hosts: string } }
  | { code: 'versions-differ'; values: { versions: string } }
  | { code: 'mails-paused'; values: { since: Date; failure: MailFailureCode; said: string | null } }
  | { code: 'mails-failed'; values: { count: number } }
  | { code: 'mails-to-folder'; values: Record<string, never> }
  | { code: 'jobs-late'; values: { count: number; minutes: number } }
  | { code: 'jobs-given-up'; values: { count: number; kinds: string } }
  | { code: 'credentials-expire'; values: { count: number; days: number } };

/** Jobs that are due wait a moment for the next turn; longer means that nobody takes them. */
const LATE = 5 * MINUTE;
/** Of all connections of the database in use, from where on the next server may find none. */
const MOST_USED = 0.85;
/** Days before a secret or certificate at an identity provider expires. */
const SOON_DAYS = 30;

/** Everything that needs attention, what is worst first; an empty list where nothing does. */
export async function findWarnings(
  deps: { db: Database; clock: Clock },
  caller: Caller,
  facts: SystemFacts,
  { backupDays }: { backupDays: number },
): Promise<Warning[]> {
  const now = deps.clock.now();
  const seconds = Math.round(Math.abs(await clockOffset(deps.db, deps.clock)));
  const missed = await findMissedPartitions(deps);
  const { total: expiring } = await listCredentials(deps, caller, { within: SOON_DAYS, limit: 1 });
  return [
    ...ofTheMachine(facts),
    ...ofTheDatabase(facts),
    ...findBackupWarnings(facts.backups, backupDays, now),
    ...when(seconds > CLOCK_TOLERANCE, { code: 'clocks', values: { seconds } }),
    ...when(missed.length > 0, { code: 'partitions', values: { tables: missed.join(', ') } }),
    ...ofTheServers(facts, now),
    ...ofMails(facts),
    ...ofJobs(facts, now),
    ...when(expiring !== 0, { code: 'credentials-expire', values: { count: expiring ?? 1000, days: SOON_DAYS } }),
  ];
}

function ofTheMachine({ disk }: SystemFacts): Warning[] {
  if (disk === null || disk.freeBytes >= LOW_DISK_BYTES) return [];
  return [{ code: 'disk-low', values: { folder: disk.folder, free: disk.freeBytes } }];
}

function ofTheDatabase({ database, versions }: SystemFacts): Warning[] {
  const { used, most } = database.connections;
  return [
    ...when(versions.pending.length > 0, { code: 'schema-behind', values: { names: versions.pending.join(', ') } }),
    ...when(used >= most * MOST_USED, { code: 'connections-low', values: { used, most } }),
    ...when(database.encryption === null && !database.local, { code: 'database-open', values: {} }),
  ];
}

function ofTheServers({ nodes }: SystemFacts, now: Date): Warning[] {
  const missing = missingNodes(nodes, now);
  const hosts = [...new Set(missing.map(({ hostName }) => hostName))].join(', ');
  const versions = [...new Set(nodes.filter((node) => !isLost(node, now)).map(({ version }) => version))];
  return [
    ...when(missing.length > 0, { code: 'servers-lost', values: { count: missing.length, hosts } }),
    ...when(versions.length > 1, { code: 'versions-differ', values: { versions: versions.join(', ') } }),
  ];
}

function ofMails({ mails }: SystemFacts): Warning[] {
  const { pause, failedLately } = mails;
  const paused: Warning[] =
    pause === null
      ? []
      : [
          {
            code: 'mails-paused',
            values: { since: pause.since, failure: pause.errorCode, said: pause.lastError },
          },
        ];
  return [
    ...paused,
    ...when(!mails.byServer, { code: 'mails-to-folder', values: {} }),
    ...when(failedLately > 0, { code: 'mails-failed', values: { count: failedLately } }),
  ];
}

function ofJobs({ jobs }: SystemFacts, now: Date): Warning[] {
  const late = jobs.filter(({ oldestDueAt }) => oldestDueAt !== null && oldestDueAt < after(now, -LATE));
  const oldest = Math.min(...late.map(({ oldestDueAt }) => oldestDueAt?.getTime() ?? now.getTime()));
  const failed = jobs.filter((queue) => queue.failedLately > 0);
  return [
    ...when(late.length > 0, {
      code: 'jobs-late',
      values: { count: sum(late.map(({ due }) => due)), minutes: Math.floor((now.getTime() - oldest) / 60_000) },
    }),
    ...when(failed.length > 0, {
      code: 'jobs-given-up',
      values: {
        count: sum(failed.map(({ failedLately }) => failedLately)),
        kinds: failed.map(({ kind }) => kind).join(', '),
      },
    }),
  ];
}

function when(condition: boolean, warning: Warning): Warning[] {
  return condition ? [warning] : [];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
