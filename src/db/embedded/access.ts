import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { randomSecret } from '../../base/random.ts';
import { readIfThere } from './process-facts.ts';

/** `postgres.json`: how commands on the same folder find the running server. Port and pid are those of the last start. */
const Access = z.object({
  port: z.int(),
  /** Of the user that the service connects as; it owns nothing. */
  password: z.string(),
  /** Of the user that migrates; missing in a folder made before there was one. */
  ownerPassword: z.string().optional(),
  /** Of the user that backs up; missing in a folder made before there was one. */
  backupPassword: z.string().optional(),
  pid: z.int().nullable(),
  started: z.string().nullable(),
});
export type Access = z.infer<typeof Access>;

/** The user that migrates. */
export const OWNER_USER = 'gatehouse_owner';

/** The user that backs up: may hold the log back and begin a copy of the files, and reads no table. */
export const BACKUP_USER = 'gatehouse_backup';

/** The connection string of the service's user. */
export function urlOf(access: Access, applicationName = 'gatehouse'): string {
  return `postgres://gatehouse:${access.password}@127.0.0.1:${access.port}/gatehouse?application_name=${applicationName}`;
}

/** The connection string of {@link OWNER_USER}. */
export function ownerUrlOf(access: Access): string {
  return `postgres://${OWNER_USER}:${access.ownerPassword ?? ''}@127.0.0.1:${access.port}/gatehouse`;
}

/** The connection string of {@link BACKUP_USER}: to the database `postgres`, since strangers may not enter ours. */
export function backupUrlOf(access: Access): string {
  return `postgres://${BACKUP_USER}:${access.backupPassword ?? ''}@127.0.0.1:${access.port}/postgres`;
}

/** With new passwords, before the first start. */
export type NewAccess = Access & { ownerPassword: string; backupPassword: string };

/** New passwords, before the first start. */
export function newAccess(): NewAccess {
  return {
    port: 0,
    password: randomSecret(),
    ownerPassword: randomSecret(),
    backupPassword: randomSecret(),
    pid: null,
    started: null,
  };
}

/** The content of `postgres.json`; undefined where it is missing or damaged. */
export async function readAccess(dataFolder: string): Promise<Access | undefined> {
  const text = await readIfThere(join(dataFolder, 'postgres.json'));
  if (text === undefined) return undefined;
  try {
    return Access.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Written beside and moved, so nobody reads half of it. */
export async function writeAccess(dataFolder: string, access: Access): Promise<void> {
  const file = join(dataFolder, 'postgres.json');
  const draft = await open(`${file}.new`, 'w', 0o600);
  try {
    await draft.writeFile(`${JSON.stringify(access, undefined, 2)}\n`);
    await draft.sync();
  } finally {
    await draft.close();
  }
  await rename(`${file}.new`, file);
}
