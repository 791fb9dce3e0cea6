import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Clock } from '../base/clock.ts';
import { isTransient, sqlState } from '../base/database-failure.ts';
import { AppError } from '../base/errors.ts';
import type { Database, Transaction } from './database.ts';
import { hasOwnTable, requireFreeNames } from './migrating/free-names.ts';
import { locksFirst, takeLocks } from './migrating/take-locks.ts';
import { handOver, requireGivingSchema, requireMakingTables } from './hand-over.ts';
import type { OpenDatabase } from './open-database.ts';
import { chooseRoles, ensureRoles } from './roles.ts';
import type { DatabaseRoles } from './roles.ts';

/** One numbered file of `migrations/`; never changed once released. */
export interface Migration {
  /** File name without `.sql`, as `0001-ground`; migrations run in the order of their names. */
  name: string;
  text: string;
}

export interface MigrationState {
  applied: string[];
  pending: string[];
}

const LOCK_NOT_GIVEN = '55P03';
const OUT_OF_SHARED_MEMORY = '53200';
const ADVISORY_LOCK = 0x6761_7465; // 'gate'
const WAIT_FOR_OTHERS_MS = 60_000;
/**
 * Who waits for a lock makes everybody who uses that table wait behind. So a migration gives way soon: before PostgreSQL looks for a
 * deadlock (`deadlock_timeout`, a second), which might end a request; and is run again after twice that time. Where
 * all its locks are taken before it begins, each is a matter of a moment in which nobody uses its table.
 */
const GIVES_WAY_MS = { atOnce: 50, onTheWay: 400 };
/** After so long it is tried once more as one that may be waited for; requests run out of time after 4.4 seconds. */
const TRIED_SOFTLY_MS = 30_000;
const INSISTS_MS = 5000;
/** How long one is tried again that the database rolled back for a deadlock. */
const DEADLOCKS_MS = 120_000;

/** Reads the migrations of this version. */
export async function readMigrations(folder: URL = new URL('./migrations/', import.meta.url)): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).toSorted();
  return Promise.all(
    names.map(async (file) => ({
      name: file.slice(0, -'.sql'.length),
      text: (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n'),
    })),
  );
}

/**
 * Compares the database with the migrations of this version. Throws `database.newer` when a later version migrated
 * it, or when a migration it had was another text.
 */
export async function migrationState(db: Database, migrations: readonly Migration[]): Promise<MigrationState> {
  const rows = await readApplied(db);
  for (const { name, digest } of rows) {
    const known = migrations.find((migration) => migration.name === name);
    if (known === undefined) throw newer(`The database was migrated by a newer version (${name}): start that version.`);
    if (digestOf(known) !== digest) {
      throw newer(
        `The database was made by another build of this version (${name} differs): start that build, or begin with an empty database.`,
      );
    }
  }
  const applied = rows.map((row) => row.name);
  return { applied, pending: migrations.map((each) => each.name).filter((name) => !applied.includes(name)) };
}

/**
 * Brings the database to this version and returns the names of what it applied. Each migration is one transaction of
 * the owner role under an advisory lock, so of several servers that start at once one migrates and the others wait; an empty
 * database gets all of them in one.
 *
 * The texts call the roles `gatehouse_owner`, `gatehouse_service` and `gatehouse_api`; the names of this database are
 * written in their place.
 *
 * Throws `database.newer`, `database.occupied`, `database.roles`, and `database.unavailable` when a lock was not given within half a minute:
 * a migration that waits for a long transaction would make every other statement wait behind itself. One that the database rolls back
 * for a deadlock with running requests is run again.
 */
export async function migrate(
  deps: { database: Pick<OpenDatabase, 'db' | 'users' | 'migrating'>; clock: Clock },
  migrations: readonly Migration[],
): Promise<string[]> {
  const { database, clock } = deps;
  const { applied, pending } = await migrationState(database.db, migrations);
  if (pending.length === 0) return [];
  return database.migrating(async (db) => {
    await requireMakingTables(db);
    await requireFreeNames(db, migrations, async () => (await migrationState(db, migrations)).pending);
    const roles = await chooseRoles(db);
    await ensureRoles(db, roles, database.users);
    await requireGivingSchema(db, roles);
    const due = migrations.filter(({ name }) => pending.includes(name));
    const inTurn = async (groups: readonly (readonly Migration[])[]): Promise<string[]> => {
      const done: string[] = [];
      for (const group of groups) done.push(...(await apply({ db, clock, roles }, group, migrations)));
      return done;
    };
    const oneByOne = due.map((migration) => [migration]);
    if (applied.length > 0) return inTurn(oneByOne);
    // An empty database has everything or nothing; nobody waits for its locks. Where the server has no room for a
    // thousand of them (max_locks_per_transaction), one after the other.
    return inTurn([due]).catch(async (error: unknown) => {
      if (sqlState(error) !== OUT_OF_SHARED_MEMORY) throw error;
      return inTurn(oneByOne);
    });
  });
}

async function apply(
  { db, clock, roles }: { db: Database; clock: Clock; roles: DatabaseRoles },
  group: readonly Migration[],
  migrations: readonly Migration[],
): Promise<string[]> {
  const softly = group.some(({ name }) => locksFirst(name)) ? GIVES_WAY_MS.atOnce : GIVES_WAY_MS.onTheWay;
  const began = performance.now();
  for (;;) {
    const elapsed = performance.now() - began;
    const lockWaitMs = elapsed < TRIED_SOFTLY_MS ? softly : INSISTS_MS;
    try {
      return await db
        .transaction()
        .execute(async (tx) => applyInside(tx, { clock, roles, lockWaitMs }, group, migrations));
    } catch (cause) {
      const gaveWay = sqlState(cause) === LOCK_NOT_GIVEN;
      // Beside running logins a migration may take its locks in another order than they do.
      if (!gaveWay && !isTransient(cause)) throw cause;
      if (gaveWay ? lockWaitMs === INSISTS_MS : elapsed > DEADLOCKS_MS) {
        throw tooBusy(`requests that use what ${group[0]?.name} changes`, cause);
      }
      await pause(2 * softly);
    }
  }
}

/** Applies migrations in a transaction of the migrating user; returns the names of those that no other server applied meanwhile. */
export async function applyInside(
  tx: Transaction,
  { clock, roles, lockWaitMs }: { clock: Clock; roles: DatabaseRoles; lockWaitMs: number },
  group: readonly Migration[],
  migrations: readonly Migration[],
): Promise<string[]> {
  await lockTimeout(tx, WAIT_FOR_OTHERS_MS);
  await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx).catch((cause: unknown) => {
    throw sqlState(cause) === LOCK_NOT_GIVEN ? tooBusy('another server that migrates', cause) : cause;
  });
  const { pending } = await migrationState(tx, migrations);
  const due = group.filter(({ name }) => pending.includes(name));
  if (due.length === 0) return [];

  await lockTimeout(tx, lockWaitMs);
  await sql.raw(LEDGER).execute(tx);
  await handOver(tx, roles);
  await sql`select set_config('role', ${roles.owner}, true)`.execute(tx);
  for (const migration of due) {
    await takeLocks(tx, migration.name);
    await sql.raw(withRoles(migration.text, roles)).execute(tx);
    await sql`insert into schema_migration (name, digest, applied_at)
      values (${migration.name}, ${digestOf(migration)}, ${clock.now()})`.execute(tx);
  }
  return due.map(({ name }) => name);
}

function withRoles(text: string, roles: DatabaseRoles): string {
  return text.replaceAll(/\bgatehouse_(owner|service|api)\b/g, (_, role: keyof DatabaseRoles) => roles[role]);
}

const LEDGER = `
create table if not exists schema_migration (
  name text primary key,
  digest text not null,
  applied_at timestamptz not null
);
comment on table schema_migration is 'Which migrations this database had.';
comment on column schema_migration.name is 'File name without .sql.';
comment on column schema_migration.digest is 'SHA-256 of its text.';
comment on column schema_migration.applied_at is 'When it was applied, by the service''s clock.';
`;

async function lockTimeout(tx: Transaction, milliseconds: number): Promise<void> {
  await sql`select set_config('lock_timeout', ${String(milliseconds)}, true)`.execute(tx);
}

function tooBusy(reason: string, cause: unknown): AppError {
  const detail = `Waited too long for ${reason}: try again when the database is quieter.`;
  return new AppError('database.unavailable', { detail, cause });
}

async function readApplied(db: Database): Promise<{ name: string; digest: string }[]> {
  if (!(await hasOwnTable(db, 'schema_migration'))) return [];
  const { rows } = await sql<{ name: string; digest: string }>`
    select name, digest from schema_migration order by name`.execute(db);
  return rows;
}

/** SHA-256 of its text, hexadecimal: how the ledger knows it. */
export function digestOf(migration: Migration): string {
  return createHash('sha256').update(migration.text).digest('hex');
}

function newer(detail: string): AppError {
  return new AppError('database.newer', { detail });
}
