import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { createTarPacker } from 'modern-tar';
import { AppError } from '../../base/errors.ts';
import { ARCHIVE_FORMAT, MANIFEST_NAME, MARK_NAME, Manifest } from './manifest.ts';
import type { BackupFacts } from './manifest.ts';
import { isSafeName } from './entry-name.ts';

/** A backup file that is being written. */
export interface ArchiveWriter {
  /**
   * Adds an entry of exactly `bytes` bytes. Names are relative paths with `/`. One at a time: wait for it before the next.
   * What comes from a stream of unknown length is cut into several entries by the caller.
   */
  add(name: string, bytes: number, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
}

export interface WriteArchiveOptions {
  /** Whether a file of that name may be replaced; otherwise it is refused. */
  overwrite: boolean;
  /** Hears how many bytes of entries were added, in all. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * Writes a backup file: `work` adds the entries and returns what was backed up, from which the manifest is made. It is
 * written to `FILE.part`, readable by us alone, and moved to its place when all of it is on disk; whatever goes wrong
 * before removes the part. Returns the manifest and the size of the file in bytes.
 *
 * Throws `backup.exists`, `backup.full` when the disk is full, `backup.file` when the file cannot be written, and what
 * `work` throws.
 */
export async function writeArchive(
  file: string,
  options: WriteArchiveOptions,
  work: (archive: ArchiveWriter) => Promise<BackupFacts>,
): Promise<{ manifest: Manifest; bytes: number }> {
  if (!options.overwrite) await refuseExisting(file);
  const part = `${file}.part`;
  try {
    await rm(part, { force: true });
    const manifest = await writePart(part, options, work);
    const { size: bytes } = await stat(part);
    if (!options.overwrite) await refuseExisting(file);
    await rename(part, file);
    await syncFolder(dirname(file));
    return { manifest, bytes };
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw explained(error, file);
  }
}

async function writePart(
  part: string,
  options: WriteArchiveOptions,
  work: (archive: ArchiveWriter) => Promise<BackupFacts>,
): Promise<Manifest> {
  const { readable, controller } = createTarPacker();
  const flowing = pipeline(
    Readable.fromWeb(readable),
    createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }),
  );
  // Rejects when the file can no longer be written: an entry that waits for room would wait for ever.
  const failed = flowing.then(async () => new Promise<never>(() => {}));
  failed.catch(() => {});

  const entries: Manifest['entries'] = [];
  let total = 0;
  const append = async (
    name: string,
    bytes: number,
    content: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<string> => {
    const hash = createHash('sha256');
    const writer = controller.add({ name, size: bytes, mode: 0o600, type: 'file' }).getWriter();
    writer.closed.catch(() => {}); // heard through `flowing`
    let written = 0;
    for await (const chunk of content instanceof Uint8Array ? [content] : content) {
      written += chunk.length;
      if (written > bytes) throw new Error(`the entry ${name} is longer than ${bytes} bytes`);
      hash.update(chunk);
      await Promise.race([writer.ready, failed]);
      await Promise.race([writer.write(chunk), failed]);
      total += chunk.length;
      options.onProgress?.(total);
    }
    if (written !== bytes) throw new Error(`the entry ${name} has ${written} bytes instead of ${bytes}`);
    await Promise.race([writer.close(), failed]);
    return hash.digest('hex');
  };

  try {
    const mark = json({ format: ARCHIVE_FORMAT });
    await append(MARK_NAME, mark.length, mark);
    const facts = await work({
      async add(name, bytes, content) {
        if (!isSafeName(name)) throw new Error(`${name} is no name of an entry`);
        entries.push({ name, bytes, sha256: await append(name, bytes, content) });
      },
    });
    const manifest = Manifest.parse({ ...facts, format: ARCHIVE_FORMAT, entries });
    const text = json(manifest);
    await append(MANIFEST_NAME, text.length, text);
    controller.finalize();
    await flowing;
    return manifest;
  } catch (error) {
    controller.error(error);
    await flowing.catch(() => {});
    throw error;
  }
}

function json(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, undefined, 1)}\n`);
}

async function refuseExisting(file: string): Promise<void> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw explained(error, file);
  });
  if (found !== undefined) throw new AppError('backup.exists', { values: { file } });
}

/** So that the name survives a loss of power as well. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function explained(error: unknown, file: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('backup.full', { values: { file }, cause: error });
  // What `work` could not read names a file of its own.
  const { path } = error as NodeJS.ErrnoException;
  const ours = path === undefined || path === file || path === `${file}.part` || path === dirname(file);
  if (syscall === undefined || !ours || error instanceof AppError) return error;
  return new AppError('backup.file', { values: { file, reason: (error as Error).message }, cause: error });
}
