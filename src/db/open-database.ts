import pg from 'pg';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { databaseOver } from './database.ts';
import type { Database } from './database.ts';
import { openEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import type { Connect, EmbeddedOptions } from './embedded/embedded-postgres.ts';
import { createStatementKeeper } from './prepared-statements.ts';
import { countOn } from './statement-count.ts';

/** An open database and what else needs its address. */
export interface OpenDatabase extends AsyncDisposable {
  readonly db: Database;
  /** The pool below it, for a library that brings statements of its own (the counters of attempts). */
  readonly pool: { query(...args: unknown[]): unknown };
  /** Connection string, with the password: for what keeps connections of its own. Never logged. */
  readonly url: string;
  /** Major version of the server. */
  readonly serverVersion: number;
  /** Calls back for each `notify channel, 'text'`, until the returned function is called; comes back after a loss. */
  listen(channel: string, heard: (text: string) => void): Promise<() => Promise<void>>;
  /** Waits for running statements, closes all connections, and stops an embedded server nobody else uses. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  /** A PostgreSQL 15 or newer somewhere, or the one in the data folder. */
  source: { url: string } | Omit<EmbeddedOptions, 'log'>;
  log: Log;
  /** Largest number of connections at once. */
  poolSize?: number;
}

const OLDEST_VERSION = 15;
const POOL_SIZE = 12;
const CONNECT_MS = 5000;
const STATEMENT_MS = 5000;
/** A transaction that waits for us this long is ended by the server, so a lost request cannot hold locks. */
const IDLE_IN_TRANSACTION_MS = 15_000;
const RECONNECT_MS = 1000;

// Read as text: the driver would make a local midnight of a day, which is another day in UTC.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.DATE ? String : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/**
 * Opens the database. Throws `database.unavailable` when it cannot be reached or started, `database.too-old` for a
 * server before version 15.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { log, source } = options;
  const embedded = 'url' in source ? undefined : await openEmbeddedPostgres(connect, { ...source, log });
  const url = embedded?.url ?? ('url' in source ? source.url : '');
  const pool = new pg.Pool({
    connectionString: url,
    max: options.poolSize ?? POOL_SIZE,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: 30_000,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    application_name: 'gatehouse',
    // A kept statement is planned once, not for each use: over daily tables planning costs more than what it could save.
    options: '-c plan_cache_mode=force_generic_plan',
    keepAlive: true,
    types,
  });
  const keepStatements = createStatementKeeper();
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  // The pool hears of idle connections only: of one that is lost between two statements of a transaction nobody would.
  pool.on('connect', (client) => {
    client.on('error', () => {});
    keepStatements(client);
    countOn(client);
  });
  const db = databaseOver(pool);
  const stops = new Set<() => Promise<void>>();

  const close = async (): Promise<void> => {
    await Promise.all([...stops].map(async (stop) => stop()));
    if (!pool.ended && !pool.ending) await pool.end();
    await embedded?.close();
  };
  let serverVersion: number;
  try {
    serverVersion = await versionOf(pool);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    db,
    pool: pool as unknown as OpenDatabase['pool'],
    url,
    serverVersion,
    async listen(channel, heard) {
      const stop = await listen(url, channel, heard, log);
      stops.add(stop);
      return async () => {
        stops.delete(stop);
        await stop();
      };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function versionOf(pool: pg.Pool): Promise<number> {
  const answer = await pool
    .query<{ version: string }>("select current_setting('server_version_num') as version")
    .catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
      throw new AppError('database.unavailable', { detail: `The database does not answer: ${reason}.`, cause });
    });
  const version = Math.floor(Number(answer.rows[0]?.version) / 10_000);
  if (version < OLDEST_VERSION) {
    const detail = `The database is PostgreSQL ${version}; Gatehouse needs ${OLDEST_VERSION} or newer.`;
    throw new AppError('database.too-old', { detail });
  }
  return version;
}

/** A connection beside the pool. */
const connect: Connect = async (url, onLost) => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true });
  let state: 'connecting' | 'open' | 'over' = 'connecting';
  const lost = (): void => {
    if (state !== 'open') return;
    state = 'over';
    onLost();
  };
  client.on('error', lost);
  client.on('end', lost);
  await client.connect();
  state = 'open';
  return {
    query: async (text) => client.query<Record<string, unknown>>(text),
    async end() {
      state = 'over';
      await client.end();
    },
  };
};

/** A connection that only listens; after a loss it is made again, and what was said meanwhile is not heard. */
async function listen(
  url: string,
  channel: string,
  heard: (text: string) => void,
  log: Log,
): Promise<() => Promise<void>> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const begin = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      application_name: 'gatehouse-listener',
    });
    client = next;
    next.on('notification', (message) => heard(message.payload ?? ''));
    next.on('error', (error) => {
      log.warn({ err: error, channel }, 'the listening database connection was lost');
      again();
    });
    await next.connect();
    await next.query(`listen ${pg.escapeIdentifier(channel)}`);
  };
  const again = (): void => {
    if (stopped || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      begin().catch(again);
    }, RECONNECT_MS);
  };
  await begin();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client?.end().catch(() => {});
  };
}
