import { chown, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { randomUuid } from '../../base/random.ts';
import type { PostgresProgram } from './postgres-program.ts';
import { readIfThere } from './process-facts.ts';

/*
 * The log of the embedded database, archived while it runs (PostgreSQL 18, 25.3.1). Where to stands in `wal.json` of the data
 * folder and not in a setting: the database is started by whatever command comes first, and one that started it without
 * archiving would leave a hole in the log.
 *
 * FOLDER/gatehouse-wal.json     says that this is the folder, and not the empty one below a disk that is not mounted
 * FOLDER/<line>/<segment>.gz    the log of one database until it is restored or its folder is copied: a *line*
 */

const Chosen = z.object({ folder: z.string() });
/** In the folder of the archived log. */
export const LOG_MARK = 'gatehouse-wal.json';
/** In the folder of the database: its line, and which folder that is. No backup holds it, so that a restored database begins a line of its own. */
export const LINE_FILE = 'gatehouse.line';
/** Every segment of the log is archived, full or not, this long after the first write to it. */
export const ARCHIVE_SECONDS = 60;

/** The folder that the log is archived to; undefined where it is not. */
export async function readLogFolder(dataFolder: string): Promise<string | undefined> {
  const text = await readIfThere(chosenFile(dataFolder));
  return text === undefined ? undefined : Chosen.parse(JSON.parse(text)).folder;
}

/** Chooses where the log is archived to from the next start of the database on; undefined: nowhere. */
export async function chooseLogFolder(dataFolder: string, folder: string | undefined): Promise<void> {
  const file = chosenFile(dataFolder);
  if (folder === undefined) await rm(file, { force: true });
  else await writeSafely(file, { folder });
}

/**
 * Makes a folder the log can be archived to, by the account that the database runs as. Rejects with what the file system says.
 */
export async function makeLogFolder(folder: string, { owner }: Pick<PostgresProgram, 'owner'>): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined && owner !== undefined) await chown(folder, owner.uid, owner.gid);
  if ((await readIfThere(join(folder, LOG_MARK))) !== undefined) return;
  await writeSafely(join(folder, LOG_MARK), { format: 1 });
  if (owner !== undefined) await chown(join(folder, LOG_MARK), owner.uid, owner.gid);
}

/** What a server is started with so that its log is archived; begins a line where the database has none. */
export async function archiveSettings(dataFolder: string, database: string): Promise<Record<string, string>> {
  const folder = await readLogFolder(dataFolder);
  if (folder === undefined) return {};
  const line = (await readLine(database)) ?? (await beginLine(database));
  return {
    archive_mode: 'on',
    archive_timeout: String(ARCHIVE_SECONDS),
    archive_command: archiveCommand(folder, line),
  };
}

/**
 * The line that the log of a database belongs to; undefined where it was never archived. A copy of the folder, which is another
 * inode, belongs to none: archived to the same line, the logs of both would be taken for one.
 */
export async function readLine(database: string): Promise<string | undefined> {
  const [line, folder] = ((await readIfThere(join(database, LINE_FILE))) ?? '').trim().split(' ');
  return folder === (await inodeOf(database)) ? line : undefined;
}

/** What identifies a database and every copy of it, from `initdb` on (the first field of `pg_control`). */
export async function systemIdentifier(database: string): Promise<string> {
  const control = await readFile(join(database, 'global', 'pg_control'));
  return String(control.readBigUInt64LE(0));
}

async function beginLine(database: string): Promise<string> {
  const line = `${await systemIdentifier(database)}-${randomUuid().slice(0, 8)}`;
  await writeSafely(join(database, LINE_FILE), `${line} ${await inodeOf(database)}`);
  return line;
}

async function inodeOf(folder: string): Promise<string> {
  return String((await stat(folder, { bigint: true })).ino);
}

/**
 * Copies one segment, run by a shell in the folder of the database: to another name, onto the disk, and only then to its own. One
 * that is there already is done when it is the same (PostgreSQL asks again after a crash) and never replaced when it is not.
 * Compressed, for a segment that was not full when its time was up is mostly empty.
 */
export function archiveCommand(folder: string, line: string): string {
  const [mark, below] = [quoted(join(folder, LOG_MARK)), quoted(join(folder, line))];
  return [
    `test -f ${mark} || exit 1`,
    `f=${below}/%f.gz`,
    `if test -e "$f"; then gzip -dc "$f" | cmp -s - "%p"; exit; fi`,
    'umask 077',
    'p="$f.part$$"',
    `mkdir -p ${below} && gzip -1 < "%p" > "$p" && sync "$p" && mv -n "$p" "$f" && test ! -e "$p" && sync ${below} && exit`,
    'rm -f "$p"',
    'exit 1',
  ].join('; ');
}

/** Reads one segment back, for the `restore_command`: fails when it is not there or not whole. */
export function restoreCommand(folder: string, line: string): string {
  return `gzip -dc < ${quoted(join(folder, line))}/%f.gz > "%p"`;
}

/** As one word of a shell, in a command in which PostgreSQL replaces what follows a percent sign. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`).replaceAll('%', '%%')}'`;
}

/** Written beside and moved, so that nobody reads half of it. */
async function writeSafely(file: string, content: unknown): Promise<void> {
  const draft = await open(`${file}.new`, 'w', 0o600);
  try {
    await draft.writeFile(typeof content === 'string' ? `${content}\n` : `${JSON.stringify(content)}\n`);
    await draft.sync();
  } finally {
    await draft.close();
  }
  await rename(`${file}.new`, file);
}

function chosenFile(dataFolder: string): string {
  return join(dataFolder, 'wal.json');
}
