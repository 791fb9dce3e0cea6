import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckedBackup } from '../embedded/checked-backup.ts';
import { findLog } from './find-log.ts';

/** What was removed from an archive of the log. */
export interface Forgotten {
  files: number;
  bytes: number;
}

/**
 * Removes what no restore of this backup or of a later one needs: of its own line the segments before it, of other lines the files
 * that were archived before it was made. Throws as `findLog`, before anything is removed.
 */
export async function forgetLog(backup: CheckedBackup, folder: string): Promise<Forgotten> {
  const log = await findLog(backup, folder);
  const first = backup.manifest.embedded?.log?.first ?? '';
  const takenAt = Date.parse(backup.manifest.takenAt);
  const gone = { files: 0, bytes: 0 };
  for (const line of await readdir(folder, { withFileTypes: true })) {
    if (!line.isDirectory() || !/^\d+-[0-9a-f]{8}$/.test(line.name)) continue;
    for (const name of await readdir(join(folder, line.name))) {
      const file = join(folder, line.name, name);
      const { size, mtimeMs } = await stat(file);
      const kept = line.name === log.line ? name.slice(0, first.length) >= first : mtimeMs >= takenAt;
      if (kept) continue;
      await rm(file);
      gone.files += 1;
      gone.bytes += size;
    }
  }
  return gone;
}
