import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { migrationState } from '../migrate.ts';
import type { Migration } from '../migrate.ts';
import { MIGRATION_EFFECTS } from './migration-effects.ts';

/** What one migration that would run does to this database. */
export interface PlannedMigration {
  name: string;
  /** Whether its effect is known: not of those from before the first release. */
  described: boolean;
  /** Tables whose changes wait until it ends, of those that are there. */
  changesWait: string[];
  /** Tables that nobody can use until it ends; `*` for all. */
  everybodyWaits: string[];
  /** Rows that it reads or writes, as the server estimates them. */
  rows: number;
  /** How long it roughly takes, rounded up; 0 where it reads no rows. */
  seconds: number;
}

/** What migrating would do, in its order. Changes and locks nothing. Throws as {@link migrationState}. */
export async function planMigrations(db: Database, migrations: readonly Migration[]): Promise<PlannedMigration[]> {
  const { pending } = await migrationState(db, migrations);
  const rows = await estimateRows(db);
  const planned: PlannedMigration[] = [];
  for (const name of pending) {
    const effect = MIGRATION_EFFECTS[name];
    const acts = effect !== undefined && (effect.onlyWhere === undefined || (await holds(db, effect.onlyWhere)));
    const there = (tables: readonly string[]): string[] =>
      acts ? tables.filter((table) => (table === '*' ? rows.size > 0 : rows.has(table))) : [];
    const touched = there(effect?.rowsOf ?? []).reduce((sum, table) => sum + (rows.get(table) ?? 0), 0);
    planned.push({
      name,
      described: effect !== undefined || rows.size === 0,
      changesWait: there(effect?.changesWait ?? []),
      everybodyWaits: there(effect?.everybodyWaits ?? []),
      rows: touched,
      seconds: Math.ceil(touched / (effect?.rowsPerSecond ?? 1)),
    });
  }
  return planned;
}

/** Rows of each of our tables, with those of its partitions: estimated, and counted where nobody analyzed a table yet. */
async function estimateRows(db: Database): Promise<Map<string, number>> {
  const { rows } = await sql<{ name: string; estimated: number; unknown: boolean }>`
    select c.relname as name, coalesce(sum(greatest(leaf.reltuples, 0)), 0)::float8 as estimated,
      coalesce(bool_or(leaf.reltuples < 0), false) as unknown
    from pg_class c
      left join lateral (select relid from pg_partition_tree(c.oid) where isleaf union select c.oid) tree on true
      left join pg_class leaf on leaf.oid = tree.relid and leaf.relkind = 'r'
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not in ('installation', 'schema_migration')
    group by 1`.execute(db);
  const counted = new Map<string, number>();
  for (const { name, estimated, unknown } of rows) {
    counted.set(name, unknown ? await countRows(db, name) : Math.round(estimated));
  }
  return counted;
}

/** With its partitions, which the service may read by their table alone. */
async function countRows(db: Database, table: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count(*) from ${sql.table(table)}`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

async function holds(db: Database, condition: string): Promise<boolean> {
  const { rows } = await sql<{ holds: boolean }>`select ${sql.raw(condition)} as holds`.execute(db);
  return rows[0]?.holds === true;
}
