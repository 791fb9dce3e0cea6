import pg from 'pg';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { createConnectionPool } from './connection/connection-pool.ts';
import { createRowCopier } from './connection/copy-rows.ts';
import type { RowCopier } from './connection/copy-rows.ts';
import type { ConnectionPool } from './connection/connection-pool.ts';
import { databaseOver } from './database.ts';
import type { Database } from './database.ts';
import { openEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import type { Connect, EmbeddedOptions } from './embedded/embedded-postgres.ts';
import type { DatabaseFiles } from './embedded/copy-files.ts';
import { readDatabaseUrl } from './connection/database-url.ts';
import type { DatabaseAddress } from './connection/database-url.ts';
import { listen } from './connection/listen.ts';
import { inspectServer } from './connection/inspect-server.ts';
import { findRoles } from './roles.ts';
import type { DatabaseRoles, RoleUsers } from './roles.ts';
import { sessionStatement } from './connection/session-settings.ts';
import { connectionChoices } from './connection/tls.ts';
import type { Protection } from './connection/tls.ts';
import { shareStatements } from './sharing/lanes.ts';

/** An open database and what else needs its address. */
export interface OpenDatabase extends AsyncDisposable {
  /** Works in the role of the service; before the first migration with the rights of the user. */
  readonly db: Database;
  /** The pool below it, for a library that brings statements of its own (the counters of attempts). */
  readonly pool: { query(statement: unknown, values?: unknown[]): Promise<unknown>; load: ConnectionPool['load'] };
  /** Connection string, with the password: for what keeps connections of its own. Never logged. */
  readonly url: string;
  /** The same for the user that migrates. */
  readonly ownerUrl: string;
  /** Of the embedded database alone: the folder of its files, and a connection of the user that backs up. */
  readonly files: DatabaseFiles | undefined;
  /** Major version of the server. */
  readonly serverVersion: number;
  /** The schema of our tables. */
  readonly schema: string;
  /** Whether its connections are encrypted, and what of its certificate was checked. */
  readonly protection: Protection;
  /** The users that migrate and that the pool connects as. */
  readonly users: RoleUsers;
  /**
   * Runs `work` on one connection of the migrating user, without a role and without timeouts. Afterwards the pool's
   * connections are made anew, in the roles that are there then.
   * @param work is given what copies whole tables within its transaction, too
   */
  migrating<T>(work: (db: Database, copier: RowCopier) => Promise<T>): Promise<T>;
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
  /** Whether requests of the same moment share statements; they do without it. */
  sharesStatements?: boolean;
  /** Hears of each new connection of the pool, as a test that counts its statements. */
  onOpen?: (client: { query: unknown }) => void;
}

const POOL_SIZE = 12;
/** A request waits so long for a connection, and as long for one statement; together it is answered within 5 seconds. */
const CONNECT_MS = 4000;
const STATEMENT_MS = 4000;
/** Beyond the server's own timeout: where it is reached the link is silent. */
const DEADLINE_MS = 4400;
const IDLE_IN_TRANSACTION_MS = 15_000;
const KEEP_ALIVE_MS = 10_000;

// Read as text: the driver would make a local midnight of a day, which is another day in UTC.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.DATE ? String : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/**
 * Opens the database. Throws `database.unavailable` when it cannot be reached, started or used (a standby, a pooler by
 * transaction), `database.too-old` for a server before version 15, `setting.wrong` for an address that is not understood.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { log, source } = options;
  const embedded = 'url' in source ? undefined : await openEmbeddedPostgres(connect, { ...source, log });
  const url = embedded?.url ?? ('url' in source ? source.url : '');
  const ownerUrl = embedded?.ownerUrl ?? url;
  const known = await inspectAt(url).catch(async (error: unknown) => {
    await embedded?.close();
    throw error;
  });
  if (known.protection.fellBack) log.warn({}, 'the database offers no TLS: its connections are not encrypted');
  const ownerConfig = embedded === undefined ? known.config : { ...known.config, ...userOf(ownerUrl) };
  let roles: DatabaseRoles | undefined;
  const { schema } = known;
  const pool = createConnectionPool({
    connection: { ...known.config, max: options.poolSize ?? POOL_SIZE },
    deadlineMs: DEADLINE_MS,
    prepare: () =>
      sessionStatement({
        statementMs: STATEMENT_MS,
        idleInTransactionMs: IDLE_IN_TRANSACTION_MS,
        schema,
        roles,
        entersService: true,
      }),
    onLost: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
    onOpen: options.onOpen,
  });
  const db = databaseOver(pool);
  if (options.sharesStatements !== false) shareStatements(db);

  const withOwner = async <T>(work: (owner: Database, copier: RowCopier) => Promise<T>): Promise<T> => {
    let connected: pg.Client | undefined;
    const prepare = (): string =>
      sessionStatement({ statementMs: 0, idleInTransactionMs: 0, schema, roles, entersService: false });
    const single = new pg.Pool({
      ...ownerConfig,
      max: 1,
      onConnect: (async (client: pg.Client) => {
        client.on('error', () => {});
        await client.query(prepare());
        connected = client;
      }) as unknown as pg.PoolConfig['onConnect'],
    });
    single.on('error', (error) => log.warn({ err: error }, 'the migrating connection was lost'));
    const owner = databaseOver(single);
    try {
      return await work(
        owner,
        createRowCopier(() => connected ?? notConnected()),
      );
    } finally {
      await owner.destroy();
    }
  };
  const stops = new Set<() => Promise<void>>();
  const close = async (): Promise<void> => {
    await Promise.all([...stops].map(async (stop) => stop()));
    await pool.end();
    await embedded?.close();
  };
  try {
    roles = await findRoles(db);
    if (roles !== undefined) pool.renew();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    db,
    pool,
    url,
    ownerUrl,
    files: embedded && {
      folder: embedded.databaseFolder,
      connect: async () => connect(embedded.backupUrl, () => {}),
    },
    serverVersion: known.version,
    schema,
    protection: known.protection,
    users: { pool: known.user, migrating: embedded?.ownerUser ?? known.user },
    async migrating(work) {
      const result = await withOwner(work);
      roles = await findRoles(db);
      pool.renew();
      return result;
    },
    async listen(channel, heard) {
      const stop = await listen(known.config, channel, heard, log);
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

const DEFAULTS: pg.PoolConfig = {
  connectionTimeoutMillis: CONNECT_MS,
  // A new connection plans every statement of a login anew: one that is needed again within minutes stays.
  idleTimeoutMillis: 10 * 60_000,
  application_name: 'gatehouse',
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  types,
};

async function inspectAt(url: string): ReturnType<typeof inspectServer> {
  return inspectServer(addressOf(url), DEFAULTS);
}

function notConnected(): never {
  throw new Error('rows are copied within a transaction');
}

function userOf(url: string): Pick<DatabaseAddress, 'user' | 'password'> {
  const { user, password } = addressOf(url);
  return { user, password };
}

function addressOf(url: string): DatabaseAddress {
  const read = readDatabaseUrl(url);
  if ('address' in read) return read.address;
  throw new AppError('setting.wrong', { detail: `DATABASE_URL ${read.fault}.`, values: { name: 'DATABASE_URL' } });
}

/** A connection beside the pool, to the embedded server. */
const connect: Connect = async (url, onLost) => {
  const [config] = await connectionChoices(addressOf(url));
  const client = new pg.Client({ ...config, connectionTimeoutMillis: CONNECT_MS, keepAlive: true });
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
