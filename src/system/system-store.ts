import { sql } from 'kysely';
import type { Database } from '../db/database.ts';

/** The database as it sees itself. */
export interface DatabaseFacts {
  /** `17.5`. */
  version: string;
  bytes: number;
  /** The largest first; a table with partitions is one. Indexes are counted in. */
  tables: { name: string; bytes: number }[];
  connections: { used: number; most: number };
  /** TLS version of this server's connection; null where it is not encrypted. */
  encryption: string | null;
  /** By a socket or on this machine. */
  local: boolean;
}

/** Jobs of one kind. */
export interface JobQueue {
  kind: string;
  /** Run at this moment. */
  running: number;
  /** Their time has come, and nobody took them yet. */
  due: number;
  /** Their time is still to come. */
  planned: number;
  failed: number;
  /** Of these, within a day. */
  failedLately: number;
  /** Since when the oldest of those that are due waits. */
  oldestDueAt: Date | null;
  /** Why the newest of those given up failed. */
  lastError: string | null;
}

/**
 * Sizes, connections and encryption of the database; of the service, no organization's. Of the connections of others, only which
 * database they are of is shown to everybody.
 */
export async function selectDatabase(db: Database, mostTables: number): Promise<DatabaseFacts> {
  const { rows } = await sql<{
    version: string;
    bytes: string;
    used: string;
    most: string;
    encryption: string | null;
    local: boolean;
  }>`select split_part(current_setting('server_version'), ' ', 1) as version,
      pg_database_size(current_database()) as bytes,
      (select count(*) from pg_stat_activity where datid is not null) as used,
      current_setting('max_connections') as most,
      (select version from pg_stat_ssl where pid = pg_backend_pid() and ssl) as encryption,
      coalesce(inet_server_addr() <<= any ('{127.0.0.0/8,::1}'::inet[]), true) as local`.execute(db);
  const { rows: tables } = await sql<{ name: string; bytes: string }>`
    select coalesce(parent.relname, c.relname) as name, sum(pg_total_relation_size(c.oid)) as bytes
    from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class parent on parent.oid = i.inhparent
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
    group by 1 order by 2 desc, 1 limit ${mostTables}`.execute(db);
  const { bytes, used, most, ...facts } = rows[0]!;
  return {
    ...facts,
    bytes: Number(bytes),
    tables: tables.map((table) => ({ name: table.name, bytes: Number(table.bytes) })),
    connections: { used: Number(used), most: Number(most) },
  };
}

/** Jobs by kind, over all organizations; those that recur have one each. */
export async function selectJobs(db: Database, now: Date, lately: Date): Promise<JobQueue[]> {
  const { rows } = await sql<
    Record<'kind' | 'running' | 'due' | 'planned' | 'failed' | 'failedLately', string> &
      Pick<JobQueue, 'oldestDueAt' | 'lastError'>
  >`
    select kind,
      count(*) filter (where claim_id is not null and due_at > ${now}) as running,
      count(*) filter (where due_at <= ${now}) as due,
      count(*) filter (where claim_id is null and due_at > ${now}) as planned,
      count(*) filter (where failed_at is not null) as failed,
      count(*) filter (where failed_at > ${lately}) as failed_lately,
      min(due_at) filter (where due_at <= ${now}) as oldest_due_at,
      (array_agg(last_error order by failed_at desc) filter (where failed_at is not null))[1] as last_error
    from job group by kind order by kind`.execute(db);
  return rows.map(({ kind, running, due, planned, failed, failedLately, oldestDueAt, lastError }) => ({
    kind,
    running: Number(running),
    due: Number(due),
    planned: Number(planned),
    failed: Number(failed),
    failedLately: Number(failedLately),
    oldestDueAt,
    lastError,
  }));
}
