import pg from 'pg';
import { sqlState } from '../../base/database-failure.ts';
import { AppError } from '../../base/errors.ts';
import type { DatabaseAddress } from './database-url.ts';
import { requirePrimaryReads } from './pgpool.ts';
import { connectionChoices, explainTls, protectionOf, refusesTls } from './tls.ts';
import type { Protection } from './tls.ts';

/** What is at the end of a connection string. */
export interface ServerFacts {
  /** Major version. */
  version: number;
  user: string;
  /** Where the user's tables are made. */
  schema: string;
  protection: Protection;
  /** What the driver is given for each further connection. */
  config: pg.ClientConfig;
}

const OLDEST_VERSION = 15;

/**
 * Looks at a server before it is used. Whether its connections are encrypted is decided here, once: what was encrypted
 * does not become clear text later.
 * @throws database.unavailable when it does not answer, is a standby, or a pooler by transaction stands before it, or
 *   there is no schema for our tables; database.too-old; database.encoding for one other than UTF8; setting.wrong for a
 *   certificate file that cannot be read
 */
export async function inspectServer(address: DatabaseAddress, defaults: pg.ClientConfig): Promise<ServerFacts> {
  const choices = await connectionChoices(address);
  for (const [index, choice] of choices.entries()) {
    const config = { ...defaults, ...choice };
    try {
      return { ...(await inspect(config, address)), config };
    } catch (error) {
      if (index === choices.length - 1 || !refusesTls((error as Error).cause)) throw error;
    }
  }
  throw new Error('an address without a way to connect');
}

async function inspect(config: pg.ClientConfig, address: DatabaseAddress): Promise<Omit<ServerFacts, 'config'>> {
  const [one, other] = [new pg.Client(config), new pg.Client(config)];
  for (const client of [one, other]) client.on('error', () => {});
  try {
    await connectOrExplain(one);
    const { rows } = await one.query<{
      version: string;
      user: string;
      schema: string | null;
      standby: boolean;
      encoding: string;
      pid: number;
    }>(`select current_setting('server_version_num') as version, session_user::text as user, current_schema() as schema,
      pg_is_in_recovery() as standby, getdatabaseencoding() as encoding, pg_backend_pid() as pid`);
    const [row] = rows;
    if (row === undefined) throw new Error('the query returned no row');
    const version = Math.floor(Number(row.version) / 10_000);
    if (version < OLDEST_VERSION) {
      const detail = `The database is PostgreSQL ${version}; Gatehouse needs ${OLDEST_VERSION} or newer.`;
      throw new AppError('database.too-old', { detail });
    }
    if (row.standby) {
      throw unusable('The database is a standby and takes no writes: name its primary in DATABASE_URL.');
    }
    if (row.encoding !== 'UTF8') throw wrongEncoding(row.encoding, row.user, version);
    await requirePrimaryReads(one);
    await connectOrExplain(other);
    await other.query('begin');
    const second = await other.query<{ pid: number }>('select pg_backend_pid() as pid');
    if (second.rows[0]?.pid === row.pid) throw unusable(POOLER);
    if (row.schema === null) {
      throw unusable("No schema of the database user's search_path exists: create one, or name one in search_path.");
    }
    if (!/^[a-z_][a-z0-9_]*$/.test(row.schema)) {
      throw unusable(
        `The schema "${row.schema}" has a name that SQL has to quote: use one of small letters, digits and _ alone.`,
      );
    }
    return { version, user: row.user, schema: row.schema, protection: protectionOf(one, address) };
  } finally {
    await Promise.all([one, other].map(async (client) => client.end().catch(() => {})));
  }
}

/** Two clients on one server process at once: settings, prepared statements and LISTEN of a connection do not stay with it. */
const POOLER =
  'A connection pooler by transaction stands before the database. Gatehouse has a pool of its own and needs its connections for itself: connect to PostgreSQL directly, or set pool_mode=session for this database.';

function wrongEncoding(encoding: string, user: string, version: number): AppError {
  // The locale C is right for every encoding, and names are compared the same way in it (migration 0068).
  const locale =
    version >= 17 ? "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'" : "LOCALE_PROVIDER libc LOCALE 'C'";
  return new AppError('database.encoding', {
    detail: `The database has the encoding ${encoding}, which cannot hold every name; Gatehouse needs UTF8. Make another, as a superuser or as a user with CREATEDB, and name it in DATABASE_URL:\n  CREATE DATABASE gatehouse OWNER ${pg.escapeIdentifier(user)} TEMPLATE template0 ENCODING 'UTF8' ${locale};`,
  });
}

async function connectOrExplain(client: pg.Client): Promise<void> {
  try {
    await client.connect();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    const detail = explainTls(cause) ?? explainFull(cause) ?? `The database does not answer: ${reason}.`;
    throw new AppError('database.unavailable', { detail, cause });
  }
}

/** The sentence for a server that takes no more connections, from anybody or from our user. */
function explainFull(cause: unknown): string | undefined {
  if (sqlState(cause) !== '53300') return undefined;
  return `The database takes no more connections (${(cause as Error).message}): raise max_connections there, or lower GATEHOUSE_DATABASE_POOL or GATEHOUSE_WORKERS of the services that use it.`;
}

function unusable(detail: string): AppError {
  return new AppError('database.unavailable', { detail });
}
