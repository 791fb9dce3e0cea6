import { sql } from 'kysely';
import type { Transaction } from '../database.ts';
import { MIGRATION_EFFECTS } from './migration-effects.ts';

/** Whether a migration is over soon, so that it may have all of its locks from the beginning. */
export function locksFirst(name: string): boolean {
  return MIGRATION_EFFECTS[name]?.locksFirst === true;
}

/**
 * Takes the locks of a short migration in one statement, before its text takes them one after the other. Those requests that
 * run meanwhile have some of these tables and want others: between two locks of the text there would be time for a
 * deadlock. The tables used most come first, so that whoever comes now waits there, and holds none of the others yet.
 */
export async function takeLocks(tx: Transaction, name: string): Promise<void> {
  if (!locksFirst(name)) return;
  const { everybodyWaits = [] } = MIGRATION_EFFECTS[name] ?? {};
  const { rows } = await sql<{ list: string | null }>`
    select string_agg(format('%I', c.relname), ', ' order by used.times desc, c.relname) as list
    from pg_class c
      cross join lateral (
        select coalesce(sum(coalesce(stat.seq_scan, 0) + coalesce(stat.idx_scan, 0)), 0) as times
        from pg_stat_user_tables stat
        where stat.relid in (select relid from pg_partition_tree(c.oid) union select c.oid)
      ) used
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and pg_get_userbyid(c.relowner) = current_user
      and (${everybodyWaits.includes('*')} or c.relname = any (${[...everybodyWaits]}))`.execute(tx);
  const list = rows[0]?.list ?? null;
  if (list !== null) await sql.raw(`lock table ${list} in access exclusive mode`).execute(tx);
}
