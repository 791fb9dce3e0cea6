import { AppError } from '../../base/errors.ts';
import type { Replayed } from '../../db/embedded/put-files.ts';
import type { Manifest } from '../archive/manifest.ts';
import { checkLog, segmentFile } from './find-log.ts';
import type { LogTarget } from './find-log.ts';
import { isIn, reaches } from './segments.ts';

/**
 * Why a replay ended before the moment that was asked for: a segment is damaged or missing, else the log was not archived for so
 * long. The error to be thrown: `log.damaged`, `log.missing`, `log.too-late`.
 */
export async function explainEnd(
  { log, to }: LogTarget,
  { takenAt }: Manifest,
  lastCommit: Date | undefined,
): Promise<AppError> {
  try {
    await checkLog(log, () => undefined);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  const end = lastCommit?.toISOString() ?? takenAt;
  return new AppError('log.too-late', { values: { to: to?.toISOString() ?? '', end } });
}

/** A replay to the end of the log came there. Throws `log.damaged` with the file where records in it could not be read. */
export async function requireReached({ log, to }: LogTarget, { end }: Replayed): Promise<void> {
  if (to !== undefined || reaches(end, log.last)) return;
  await checkLog(log, () => undefined);
  const segment = log.segments.find((name) => isIn(end, name)) ?? log.last;
  throw new AppError('log.damaged', { values: { file: segmentFile(log, segment) } });
}
