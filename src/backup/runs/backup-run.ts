import type { ErrorCode } from '../../base/errors.ts';

/** What became of a backup, or of a verification of one. */
export interface BackupRun {
  kind: 'backup' | 'verify';
  startedAt: Date;
  endedAt: Date;
  /** Size of the file; null where it was not written or could not be read. */
  bytes: number | null;
  outcome: 'done' | ErrorCode;
  /** Without its folder. */
  fileName: string;
}
