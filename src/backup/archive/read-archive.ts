import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { createTarDecoder } from 'modern-tar';
import type { ParsedTarEntry } from 'modern-tar';
import { AppError } from '../../base/errors.ts';
import type { ErrorCode } from '../../base/errors.ts';
import { isSafeName } from './entry-name.ts';
import { ARCHIVE_FORMAT, MANIFEST_NAME, MARK_NAME, Manifest, Mark } from './manifest.ts';

/** An entry of a backup file, while it is read. */
export interface ArchiveEntry {
  /** A relative path with `/` that leads nowhere else. */
  name: string;
  bytes: number;
  /** To be read once, while it is this entry's turn; what is left unread is skipped. */
  content: AsyncIterable<Uint8Array>;
}

/** First bytes of a Zstandard frame (RFC 8878, 3.1.1). */
const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const MOST_JSON_BYTES = 64_000_000;

/**
 * Reads a backup file from its beginning to its end, calls `visit` with each entry in turn, and returns the manifest once
 * everything was compared with it. Until then an entry may turn out to be damaged: to touch nothing before, call
 * {@link checkArchive} first.
 *
 * Throws `backup.file` when the file cannot be read, `backup.foreign` when it is no backup of ours, `backup.newer` when it
 * has a form that this version does not know, `backup.cut-short` and `backup.damaged`, and what `visit` throws.
 */
export async function readArchive(file: string, visit: (entry: ArchiveEntry) => Promise<void>): Promise<Manifest> {
  await checkBeginning(file);
  const refused = (code: ErrorCode, cause?: unknown): AppError => new AppError(code, { values: { file }, cause });
  let visiting: { error: unknown } | undefined;
  const seen: Manifest['entries'] = [];
  let manifest: Manifest | undefined;
  let marked = false;
  const source = createReadStream(file);
  try {
    for await (const { header, body } of entriesOf(source)) {
      const { name, size: bytes } = header;
      if (!marked) {
        if (name !== MARK_NAME) throw refused('backup.foreign');
        const { format } = parsed(Mark, await readJson(body)) ?? fail(refused('backup.damaged'));
        if (format > ARCHIVE_FORMAT) throw refused('backup.newer');
        marked = true;
        continue;
      }
      if (manifest !== undefined) throw refused('backup.damaged');
      if (name === MANIFEST_NAME) {
        manifest = parsed(Manifest, await readJson(body)) ?? fail(refused('backup.damaged'));
        continue;
      }
      if (header.type !== 'file' || !isSafeName(name)) throw refused('backup.damaged');
      const hash = createHash('sha256');
      const content = hashed(body, hash);
      try {
        await visit({ name, bytes, content });
      } catch (error) {
        // A broken entry surfaces inside `visit` as well: then the archive is to blame, not the visitor.
        if (!(error instanceof BrokenArchive)) visiting = { error };
        throw error;
      }
      for await (const _ of content); // what was left unread
      seen.push({ name, bytes, sha256: hash.digest('hex') });
    }
  } catch (error) {
    if (visiting !== undefined) throw visiting.error;
    if (error instanceof AppError) throw error;
    const cause = error instanceof BrokenArchive ? error.cause : error;
    const { code, syscall, message } = cause as NodeJS.ErrnoException;
    if (syscall !== undefined) throw new AppError('backup.file', { values: { file, reason: message }, cause });
    const ended = code === 'Z_BUF_ERROR' || /unexpected end|truncated/i.test(message);
    throw refused(ended ? 'backup.cut-short' : marked ? 'backup.damaged' : 'backup.foreign', cause);
  } finally {
    source.destroy();
  }
  if (manifest === undefined) throw refused(marked ? 'backup.cut-short' : 'backup.foreign');
  if (JSON.stringify(manifest.entries) !== JSON.stringify(seen)) throw refused('backup.damaged');
  return manifest;
}

/** Reads all of a backup file and touches nothing else; returns its manifest. Throws as {@link readArchive}. */
export async function checkArchive(file: string, onProgress?: (bytes: number) => void): Promise<Manifest> {
  let total = 0;
  return readArchive(file, async ({ content }) => {
    for await (const chunk of content) {
      total += chunk.length;
      onProgress?.(total);
    }
  });
}

/** The archive itself cannot be read on; `cause` says why. */
class BrokenArchive extends Error {}

async function* entriesOf(source: Readable): AsyncIterable<ParsedTarEntry> {
  const plain = createZstdDecompress();
  source.on('error', (error) => plain.destroy(error));
  source.pipe(plain);
  const decoder = createTarDecoder({ strict: true });
  const writer = decoder.writable.getWriter();
  // Not piped through the adapters of Node: one that is left early throws where nobody can catch it.
  const feeding = (async () => {
    try {
      for await (const chunk of plain as AsyncIterable<Uint8Array<ArrayBuffer>>) await writer.write(chunk);
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => {});
      throw error;
    }
  })();
  feeding.catch(() => {}); // heard below, or by whoever reads the entry it breaks
  try {
    yield* decoder.readable;
    // The archive may be whole where the frame around it, with its checksum, is not.
    await feeding;
  } finally {
    plain.destroy();
  }
}

/** The content of an entry, hashed while it is read; goes on where it was left when it is read again. */
function hashed(body: ParsedTarEntry['body'], hash: { update(chunk: Uint8Array): unknown }): AsyncIterable<Uint8Array> {
  const reader = body.getReader();
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    try {
      const { done, value } = await reader.read();
      if (done || value === undefined) return { done: true, value: undefined };
      hash.update(value);
      return { done: false, value };
    } catch (cause) {
      throw new BrokenArchive('the archive cannot be read', { cause });
    }
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

async function readJson(body: ParsedTarEntry['body']): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MOST_JSON_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function parsed<T>(schema: { safeParse(value: unknown): { data?: T | undefined } }, value: unknown): T | undefined {
  return schema.safeParse(value).data;
}

function fail(error: AppError): never {
  throw error;
}

async function checkBeginning(file: string): Promise<void> {
  const start = Buffer.alloc(MAGIC.length);
  try {
    await using handle = await open(file, 'r');
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    if (bytesRead === 0) throw new AppError('backup.cut-short', { values: { file } });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('backup.file', { values: { file, reason: (error as Error).message }, cause: error });
  }
  if (!start.equals(MAGIC)) throw new AppError('backup.foreign', { values: { file } });
}
