import type { Result } from '../terminal.ts';
import type { BackupWords } from './backup-words.ts';
import { archiveLog, stopArchiving } from './archive-log.ts';
import { backUp } from './backup.ts';
import type { LongDeps } from './backup.ts';
import { removeOldLog } from './forget-log.ts';

/** `gatehouse backup`: writes a file, begins or ends to archive the log, or removes old log, whichever is asked for. */
export async function backUpOrArchive(deps: LongDeps, words: BackupWords): Promise<Result> {
  const { file, wal, forgetBefore, ...writing } = words;
  if (forgetBefore !== undefined) {
    return removeOldLog(deps, { forgetBefore, ...(typeof wal === 'string' ? { wal } : {}) });
  }
  if (wal === false) return stopArchiving(deps);
  if (wal !== undefined) return archiveLog(deps, { wal });
  return backUp(deps, { ...writing, file: file ?? '' });
}
