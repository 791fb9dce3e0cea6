import { open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { randomUuid } from '../../base/random.ts';
import { readLine } from './log-archive.ts';
import type { Connection } from './embedded-postgres.ts';

/** The files of a database that runs, and how to begin a copy of them. */
export interface DatabaseFiles {
  folder: string;
  connect(): Promise<Connection>;
}

/** Where in the archived log a copy of the files stands: its own log is of these segments. */
export interface PlaceInLog {
  line: string;
  first: string;
  last: string;
}

/** Where the copies go. */
export interface FileSink {
  add(name: string, bytes: number, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** Hears once, before the first file, about how many bytes there will be. */
  expect(bytes: number): void;
}

/** What a server makes anew when it starts (PostgreSQL 18, 25.3.4): the folder is needed, not what is in it. */
const EMPTIED = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_stat_tmp',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_subtrans',
]);
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|pg_internal\.init.*|pgsql_tmp.*|backup_label.*|tablespace_map.*|.*\.signal|gatehouse\.line.*)$/;
/** Copied last, as PostgreSQL's own programs do: it names the newest checkpoint. */
const CONTROL = 'global/pg_control';
const CHUNK = 262_144;

/**
 * Copies the files of a database while it runs, and of its log what makes the copy whole: the low-level way of a base
 * backup (PostgreSQL 18, 25.3.3). `choose` is called when the files are copied; it chooses a moment since, which the
 * log is copied up to, and returns what it learns of it. Returns that, the folders of the database, and where its log
 * is archived, if it is.
 *
 * Throws `backup.not-ready` when the server was started by a version that kept too little of its log.
 */
export async function copyFiles<T>(
  files: DatabaseFiles,
  sink: FileSink,
  choose: () => Promise<T>,
): Promise<{ chosen: T; folders: string[]; log: PlaceInLog | undefined }> {
  const session = await files.connect().catch(explainOlder);
  const ask = async (statement: string): Promise<Record<string, string>> => {
    const { rows } = await session.query(statement);
    return rows[0] as Record<string, string>;
  };
  try {
    // Temporary: it ends with this connection, however that ends, and so does the backup.
    const slot = `backup_${randomUuid().replaceAll('-', '')}`;
    await ask(`select pg_create_physical_replication_slot('${slot}', true, true)`).catch(explainOlder);
    const { first } = await ask(`select pg_walfile_name(pg_backup_start('gatehouse', true)) as first`);
    const found = await list(files.folder);
    sink.expect(found.files.reduce((sum, { bytes }) => sum + bytes, 0));
    for (const { name } of found.files) await copyFile(join(files.folder, name), name, sink);
    const { label } = await ask('select labelfile as label from pg_backup_stop(false)');
    const chosen = await choose();
    const { last } = await ask('select pg_walfile_name(pg_switch_wal()) as last');
    for (const name of await logFiles(files.folder, first!, last!)) {
      await copyFile(join(files.folder, name), name, sink);
    }
    const text = Buffer.from(label!);
    await sink.add('backup_label', text.length, text);
    const { mode } = await ask(`select current_setting('archive_mode') as mode`);
    const line = mode === 'on' ? await readLine(files.folder) : undefined;
    const log = line === undefined ? undefined : { line, first: first!, last: last! };
    return { chosen, folders: found.folders, log };
  } finally {
    await session.end();
  }
}

/** Its log holds too little (55000), or it has no user for this yet (28P01, 28000). */
function explainOlder(cause: unknown): never {
  if (!['55000', '28P01', '28000'].includes((cause as { code?: string }).code ?? '')) throw cause;
  throw new AppError('backup.not-ready', { cause });
}

async function list(folder: string): Promise<{ files: { name: string; bytes: number }[]; folders: string[] }> {
  const files: { name: string; bytes: number }[] = [];
  const folders: string[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      if (LEFT_OUT.test(entry.name)) continue;
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        folders.push(name);
        if (EMPTIED.has(name)) continue;
        await walk(name);
      } else if (entry.isFile()) {
        files.push({ name, bytes: await bytesOf(join(folder, name)) });
      }
    }
  };
  await walk('');
  // Of these subfolders the server makes none itself.
  folders.push('pg_wal/archive_status', 'pg_wal/summaries');
  const last = ({ name }: { name: string }): number => (name === CONTROL ? 1 : 0);
  return { files: files.toSorted((one, other) => last(one) - last(other)), folders };
}

/** The segments of the log from one to another, and the histories of its timelines. */
async function logFiles(folder: string, first: string, last: string): Promise<string[]> {
  const names = (await readdir(join(folder, 'pg_wal'))).toSorted();
  const segments = names.filter((name) => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last);
  if (segments[0] !== first || segments.at(-1) !== last) {
    throw new Error(`the log from ${first} to ${last} is not in ${join(folder, 'pg_wal')}`);
  }
  return [...names.filter((name) => name.endsWith('.history')), ...segments].map((name) => `pg_wal/${name}`);
}

/** Files are removed, grow and shrink meanwhile; the log brings them to what they were. */
async function copyFile(path: string, name: string, sink: FileSink): Promise<void> {
  const handle = await openIfThere(path);
  if (handle === undefined) return;
  try {
    const { size } = await handle.stat();
    await sink.add(name, size, chunksOf(handle, size));
  } finally {
    await handle.close();
  }
}

async function* chunksOf(handle: FileHandle, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < size;) {
    const chunk = Buffer.alloc(Math.min(CHUNK, size - at));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    // A file that was cut meanwhile is filled up with zeros, as PostgreSQL's own programs do.
    const read = bytesRead === 0 ? chunk : chunk.subarray(0, bytesRead);
    at += read.length;
    yield read;
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function bytesOf(path: string): Promise<number> {
  const handle = await openIfThere(path);
  if (handle === undefined) return 0;
  try {
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}
