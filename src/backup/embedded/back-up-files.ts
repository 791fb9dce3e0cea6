import type { Clock } from '../../base/clock.ts';
import type { OpenDatabase } from '../../db/open-database.ts';
import { copyFiles } from '../../db/embedded/copy-files.ts';
import type { DatabaseFiles, FileSink } from '../../db/embedded/copy-files.ts';
import type { BackupFacts } from '../archive/manifest.ts';
import { readFacts } from '../facts/read-facts.ts';
import { atStillMoment } from './find-moment.ts';

/** Folder of the database's files in the archive. */
export const FILES = 'postgres';

/**
 * Copies the embedded database to `sink` while it runs, with the log up to a moment after, and returns what the manifest
 * says. Nobody waits for it. Throws `backup.busy` and `backup.not-ready`.
 */
export async function backUpFiles(
  { database, clock }: { database: Pick<OpenDatabase, 'db' | 'migrating'>; clock: Clock },
  files: DatabaseFiles,
  sink: FileSink,
): Promise<BackupFacts> {
  const below: FileSink = { ...sink, add: async (name, ...rest) => sink.add(`${FILES}/${name}`, ...rest) };
  const { chosen, folders, log } = await copyFiles(files, below, async () =>
    database.migrating(async (owner) =>
      atStillMoment({ owner, db: database.db }, async (tx) => {
        const takenAt = clock.now().toISOString();
        return { takenAt, ...(await readFacts(tx)) };
      }),
    ),
  );
  return { kind: 'embedded', ...chosen.result, embedded: { folders, until: chosen.until, ...(log && { log }) } };
}
