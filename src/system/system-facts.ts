import type { findUnknownIds } from '../applications/health/count-unknown.ts';
import type { RetentionRun } from '../db/growth/retention-runs.ts';
import type { BackupState } from './backups/read-backups.ts';
import type { MailQueue } from '../mail/queue/list-mails.ts';
import type { Disk } from './read-disk.ts';
import type { ServerNode } from './server-node.ts';
import type { SigningKeyStatus } from '../keys/read-status.ts';
import type { DatabaseFacts, JobQueue } from './system-store.ts';

/** The service as it stands. */
export interface SystemFacts {
  versions: {
    gatehouse: string;
    /** Names of the migrations: the last one applied, and those of this version that are not. */
    schema: string;
    pending: string[];
  };
  nodes: (ServerNode & { lost: boolean })[];
  database: DatabaseFacts;
  mails: MailQueue & {
    /** Whether a mail server is set; otherwise mails are files in the data folder. */
    byServer: boolean;
  };
  jobs: JobQueue[];
  /** Client IDs that requests named and no application has. */
  unknownClientIds: Awaited<ReturnType<typeof findUnknownIds>>;
  /** What the jobs that remove what is over did last. */
  retention: RetentionRun[];
  signingKeys: SigningKeyStatus[];
  /** Fingerprints, the one that seals first. */
  masterKeys: readonly string[];
  disk: Disk | null;
  backups: BackupState;
}
