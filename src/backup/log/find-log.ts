import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../base/errors.ts';
import { LOG_MARK } from '../../db/embedded/log-archive.ts';
import type { CheckedBackup } from '../embedded/checked-backup.ts';
import { SEGMENT_BYTES, isOfTimeline, segmentAfter } from './segments.ts';

/** The archived log that goes on where a backup ends. */
export interface ArchivedLog {
  folder: string;
  line: string;
  /** The segments after the backup's own, without a gap, in their order. */
  segments: string[];
  /** The last segment of all: of those, else of the backup. */
  last: string;
  /** The first segment that is not there although later ones are. */
  missing: string | undefined;
}

/** Archived log to be replayed after a backup: up to a moment, or to its end. */
export interface LogTarget {
  log: ArchivedLog;
  to: Date | undefined;
}

/**
 * Finds the archived log of a backup in `folder`. Throws `log.folder` where it cannot be read or is none of ours,
 * `log.not-of-backup` for a backup that was made while no log was archived, `log.other-database` where the folder has no log of its
 * database.
 */
export async function findLog({ file, manifest }: CheckedBackup, folder: string): Promise<ArchivedLog> {
  await requireOurs(folder);
  const place = manifest.embedded?.log;
  if (place === undefined) throw new AppError('log.not-of-backup', { values: { file } });
  const names = await readdir(join(folder, place.line)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new AppError('log.other-database', { values: { file, folder } });
    throw new AppError('log.folder', { values: { folder, reason: cause.message }, cause });
  });
  const later = names
    .filter((name) => name.endsWith('.gz'))
    .map((name) => name.slice(0, -'.gz'.length))
    .filter((name) => isOfTimeline(name, place.last) && name > place.last)
    .toSorted();
  const segments: string[] = [];
  let next = segmentAfter(place.last);
  for (const name of later) {
    if (name !== next) break;
    segments.push(name);
    next = segmentAfter(name);
  }
  return {
    folder,
    line: place.line,
    segments,
    last: segments.at(-1) ?? place.last,
    missing: later.length === segments.length ? undefined : next,
  };
}

/** Reads every segment to its end. Throws `log.missing` and `log.damaged`, with the file. */
export async function checkLog(log: ArchivedLog, onProgress: (done: number, total: number) => void): Promise<void> {
  const total = log.segments.length * SEGMENT_BYTES;
  for (const [index, segment] of log.segments.entries()) {
    const file = segmentFile(log, segment);
    let bytes = 0;
    const counting = async (source: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of source) bytes += chunk.length;
    };
    const cause = await pipeline(createReadStream(file), createGunzip(), counting).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (cause !== undefined || bytes !== SEGMENT_BYTES) throw new AppError('log.damaged', { values: { file }, cause });
    onProgress((index + 1) * SEGMENT_BYTES, total);
  }
  requireWhole(log);
}

/** Throws `log.missing` where a segment is not there although later ones are. */
export function requireWhole(log: ArchivedLog): void {
  if (log.missing !== undefined) {
    throw new AppError('log.missing', { values: { file: segmentFile(log, log.missing) } });
  }
}

/** The file of a segment in the folder. */
export function segmentFile({ folder, line }: Pick<ArchivedLog, 'folder' | 'line'>, segment: string): string {
  return join(folder, line, `${segment}.gz`);
}

/** Throws `log.folder` for a folder that no log is archived to, as the one below a disk that is not mounted. */
export async function requireOurs(folder: string): Promise<void> {
  await stat(join(folder, LOG_MARK)).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('log.folder', { values: { folder, reason: cause.message }, cause });
  });
}
