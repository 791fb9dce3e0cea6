import { BACKUP_USER, OWNER_USER, newAccess } from './access.ts';
import type { Access, NewAccess } from './access.ts';
import type { PostgresProgram } from './postgres-program.ts';

/** What makes the users. */
interface Maker {
  program: Pick<PostgresProgram, 'run'>;
  /** Whether the user that migrates may create further databases. */
  mayCreateDatabases: boolean;
}

interface Replay {
  settings?: Readonly<Record<string, string>>;
  heard?: (said: string) => void;
}

// The superuser never logs in: what needs it is done here, without a server. `database` is the folder of a stopped one.

/** Makes the users and the database `gatehouse` of a folder that `initdb` made. */
export async function makeUsers(maker: Maker, database: string, access: NewAccess): Promise<void> {
  await singleUser(maker, database, 'postgres', [
    `create role gatehouse login password '${access.password}'`,
    createOwner(maker, access),
    `create database gatehouse owner ${OWNER_USER}`,
    ...createBackupUser(access),
  ]);
}

/**
 * Gives all users new passwords, and makes those that the folder has not: for a folder whose `postgres.json` was lost, or
 * that came from a backup. Who can read the folder may do so.
 *
 * @param replay of a server that has to replay its log first: settings to start it with, and who hears what it says.
 */
export async function resetPasswords(maker: Maker, database: string, replay: Replay = {}): Promise<Access> {
  const access = newAccess();
  await singleUser(
    maker,
    database,
    'gatehouse',
    [
      unlessThere(OWNER_USER, createOwner(maker, access)),
      `alter role gatehouse password '${access.password}'`,
      `alter role ${OWNER_USER} password '${access.ownerPassword}'`,
      ...GIVE_TO_OWNER,
    ],
    replay,
  );
  await singleUser(maker, database, 'postgres', createBackupUser(access));
  return access;
}

/** For a folder from before the service's user owned nothing, or before it could be backed up. */
export async function addUsers(maker: Maker, database: string, known: Access): Promise<Access> {
  const { ownerPassword, backupPassword } = newAccess();
  const access = { ...known, ownerPassword: known.ownerPassword ?? ownerPassword, backupPassword };
  if (known.ownerPassword === undefined) {
    await singleUser(maker, database, 'gatehouse', [createOwner(maker, access), ...GIVE_TO_OWNER]);
  }
  await singleUser(maker, database, 'postgres', createBackupUser(access));
  return access;
}

/** The role `gatehouse` keeps only what the roles of the database give it. */
const GIVE_TO_OWNER = [`reassign owned by gatehouse to ${OWNER_USER}`, 'alter role gatehouse nocreaterole nocreatedb'];

function createOwner(maker: Maker, { ownerPassword }: { ownerPassword: string }): string {
  const rights = maker.mayCreateDatabases ? 'createrole createdb' : 'createrole';
  return `create role ${OWNER_USER} login ${rights} password '${ownerPassword}'`;
}

/** Run in the database `postgres`: the right to call a function counts in one database, and the user enters no other. */
function createBackupUser({ backupPassword }: { backupPassword: string }): string[] {
  return [
    unlessThere(BACKUP_USER, `create role ${BACKUP_USER} login replication`),
    `alter role ${BACKUP_USER} password '${backupPassword}'`,
    `grant execute on function pg_backup_start(text, boolean), pg_backup_stop(boolean), pg_switch_wal() to ${BACKUP_USER}`,
  ];
}

function unlessThere(role: string, create: string): string {
  const known = `select from pg_roles where rolname = '${role}'`;
  return `do $$ begin if not exists (${known}) then execute '${create.replaceAll("'", "''")}'; end if; end $$`;
}

async function singleUser(
  maker: Maker,
  data: string,
  database: 'gatehouse' | 'postgres',
  statements: readonly string[],
  { settings = {}, heard }: Replay = {},
): Promise<void> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // One statement a line; a semicolon would end nothing here.
  await maker.program.run(
    'postgres',
    ['--single', '-D', data, ...flags, database],
    `${statements.join('\n')}\n`,
    heard,
  );
}
