import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { breaksConnection, ConnectionRefused, isUnavailable, sqlState } from '../../base/database-failure.ts';
import { isTraced, traced } from '../../base/signals/spans.ts';
import { GatheringSocket } from './gathering-socket.ts';
import { createStatementKeeper } from './prepared-statements.ts';
import { failureOf, nameOfStatement } from './statement-name.ts';
import { repairPartition } from '../partitions.ts';

/**
 * A pool of connections that survives what happens to databases:
 * every statement has a deadline on our side; a connection that missed it, was lost, or speaks to a server that is no
 * primary any more is destroyed and not used again; after a missed deadline all connections from before are, since a link
 * that went silent took every one of them along.
 */
export interface ConnectionPool {
  /** What Kysely asks of a pool. */
  readonly options: Record<string, unknown>;
  connect(): Promise<pg.PoolClient>;
  query(statement: unknown, values?: unknown[]): Promise<pg.QueryResult>;
  /** Connections in use, and requests that wait for one. */
  load(): { inUse: number; waiting: number };
  /** Uses new connections from now on, set up as `prepare` says then; those in use end when they are given back. */
  renew(): void;
  end(): Promise<void>;
}

export interface PoolOptions {
  connection: pg.PoolConfig;
  /** Milliseconds after which we stop waiting for the answer to a statement, and for a server that takes no more connections. */
  deadlineMs: number;
  /** The statement sent on each new connection. */
  prepare(): string;
  /** Hears of idle connections that were lost. */
  onLost(error: Error): void;
  /** Hears of each new connection, set up for use. */
  onOpen?: ((client: { query: unknown }) => void) | undefined;
}

type Query = (...args: unknown[]) => Promise<unknown>;

/** What we know of one connection. */
interface Link {
  broken: boolean;
  busy: boolean;
  /** The pool that opened it. */
  pool: pg.Pool;
}

/** Opens no connection yet. */
export function createConnectionPool(options: PoolOptions): ConnectionPool {
  const keepStatements = createStatementKeeper();
  const links = new Map<pg.Client, Link>();

  const open = (): pg.Pool => {
    const pool = new pg.Pool({
      ...options.connection,
      stream: () => new GatheringSocket(),
      onConnect: (async (client: pg.Client) => {
        // The pool handles errors of idle connections only; one that is lost while in use needs a listener of its own.
        client.on('error', () => {});
        const deadline = createDeadline(client, options.deadlineMs);
        await deadline.keep(client.query(options.prepare()));
      }) as unknown as pg.PoolConfig['onConnect'],
    });
    pool.on('error', options.onLost);
    pool.on('connect', (client) => {
      links.set(client, { broken: false, busy: true, pool });
      keepStatements(client);
      guard(client);
      options.onOpen?.(client);
    });
    pool.on('remove', (client) => links.delete(client));
    return pool;
  };
  let current = open();

  const renew = (): void => {
    const before = current;
    current = open();
    for (const [client, link] of links) {
      link.broken = true;
      if (!link.busy) destroy(client);
    }
    before.end().catch(options.onLost);
  };

  /** Sends statements with a deadline, and notices what ends a connection. */
  const guard = (client: pg.Client): void => {
    const query = client.query.bind(client) as unknown as Query;
    const deadline = createDeadline(client, options.deadlineMs);
    const run: Query = async (...args) => deadline.keep(query(...args));
    const guarded: Query = async (...args) => {
      const link = links.get(client);
      if (link === undefined || link.broken) throw lost();
      try {
        return await run(...args).catch(async (error: unknown) => repairPartition(error, run, args));
      } catch (error) {
        if (breaksConnection(error)) link.broken = true;
        // Others of a pool that was given up miss their deadlines later; the connections opened since are good.
        if (error instanceof MissedDeadline && link.pool === current) renew();
        throw error;
      }
    };
    const told: Query = async (...args) => {
      if (!isTraced()) return guarded(...args);
      const name = nameOfStatement(args[0]);
      return traced({ kind: 'statement', name }, async () => guarded(...args), failureOf);
    };
    client.query = told as typeof client.query;
  };

  const connect = async (): Promise<pg.PoolClient> => {
    const client = await connectInTurn(() => current, options.deadlineMs);
    const link = links.get(client);
    if (link !== undefined) link.busy = true;
    const release = client.release.bind(client);
    client.release = (error) => {
      if (link !== undefined) link.busy = false;
      release(link?.broken === true ? true : error);
    };
    return client;
  };

  return {
    options: {},
    connect,
    async query(statement, values) {
      const client = await connect();
      try {
        return await (client.query as unknown as (...args: unknown[]) => Promise<pg.QueryResult>)(
          ...(values === undefined ? [statement] : [statement, values]),
        );
      } finally {
        client.release();
      }
    },
    load: () => ({ inUse: current.totalCount - current.idleCount, waiting: current.waitingCount }),
    renew,
    async end() {
      if (!current.ended && !current.ending) await current.end();
    },
  };
}

/** The server has as many connections as it takes, or as our user or database may have (`too_many_connections`). */
const TOO_MANY = '53300';
const PAUSE_MS = 50;

/**
 * A connection of the pool. Where the server takes no more (others have them, another process of ours among them), it waits
 * for one of this pool to be given back or for the server to take one again; throws what the server said when that takes
 * longer than a statement may, and {@link ConnectionRefused} for any other refusal.
 */
async function connectInTurn(pool: () => pg.Pool, patienceMs: number): Promise<pg.PoolClient> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await pool().connect();
    } catch (error) {
      if (error instanceof Error && !isUnavailable(error)) throw new ConnectionRefused(error.message, { cause: error });
      if (sqlState(error) !== TOO_MANY || performance.now() > until) throw error;
      await pause(PAUSE_MS);
    }
  }
}

/** The database did not answer a statement in time. */
export class MissedDeadline extends Error {
  override readonly name = 'MissedDeadline';
  readonly code = 'ETIMEDOUT';
}

/**
 * The deadline of a connection: the time from one answer to the next while somebody waits. When it is missed the connection
 * is destroyed, since a late answer would go to the next statement, and whoever waits hears {@link MissedDeadline}. One timer
 * serves all statements of the connection.
 */
function createDeadline(client: pg.Client, milliseconds: number): { keep<T>(answer: Promise<T>): Promise<T> } {
  let waiting = 0;
  let missed = false;
  const timer = setTimeout(() => {
    if (waiting === 0) return;
    missed = true;
    destroy(client);
  }, milliseconds).unref();
  return {
    async keep(answer) {
      waiting += 1;
      if (waiting === 1) timer.refresh();
      try {
        return await answer;
      } catch (error) {
        if (missed) throw new MissedDeadline(`the database did not answer within ${milliseconds} ms`, { cause: error });
        throw error;
      } finally {
        waiting -= 1;
        if (waiting > 0) timer.refresh();
      }
    },
  };
}

/** Destroys a connection without a Terminate message: the link may be silent. */
function destroy(client: pg.Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

function lost(): Error {
  return Object.assign(new Error('Connection terminated: it was lost before'), { code: 'ECONNRESET' });
}
