import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../base/log.ts';
import { withLock } from './folder-lock.ts';
import { OWNER_USER, backupUrlOf, ownerUrlOf, urlOf } from './access.ts';
import type { Access } from './access.ts';
import { ensureRunning, stopRunning } from './postgres-folder.ts';
import type { PostgresFolder } from './postgres-folder.ts';
import { postgresProgram } from './postgres-program.ts';

/** One connection, as the driver gives it. */
export interface Connection {
  query(text: string): Promise<{ rows: unknown[] }>;
  end(): Promise<void>;
}

/** Connects; `onLost` is called once when the connection ends without our asking. Rejects with the driver's error. */
export type Connect = (url: string, onLost: () => void) => Promise<Connection>;

export interface EmbeddedOptions {
  dataFolder: string;
  log: Log;
  /** Server settings besides ours; tests trade durability for speed with them. */
  settings?: Readonly<Record<string, string>>;
  /** Whether the user that migrates may create further databases; tests make one for each file. */
  mayCreateDatabases?: boolean;
  /** The folder of the programs of another PostgreSQL, whose folder is to be read. */
  programs?: string;
}

/** A running PostgreSQL in the data folder. */
export interface EmbeddedPostgres {
  /** Connection string of the user `gatehouse`, to the database `gatehouse`: the service's. */
  readonly url: string;
  /** Connection string of the user that migrates, and its name. */
  readonly ownerUrl: string;
  readonly ownerUser: string;
  /** Connection string of the user that backs up, and the folder of the database's files. */
  readonly backupUrl: string;
  readonly databaseFolder: string;
  /** Lets go of it; the last process that does so stops the server. */
  close(): Promise<void>;
}

const KEEPER = 'gatehouse-keeper';
const OTHER_KEEPERS = `select 1 from pg_stat_activity
  where application_name = '${KEEPER}' and pid <> pg_backend_pid() limit 1`;

/**
 * Starts the database in `<data>/postgres`, or joins it when it runs: another command of ours started it, or a killed
 * server left it behind. Safe against others doing the same. Throws `database.unavailable` with what to do.
 *
 * Each process that uses the database holds one connection for as long (the keeper): so PostgreSQL itself knows who is
 * left, the dead ones not among them, and nobody stops the database under another.
 */
export async function openEmbeddedPostgres(connect: Connect, options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  await mkdir(options.dataFolder, { recursive: true, mode: 0o700 });
  const dataFolder = await realpath(options.dataFolder);
  const startLock = join(dataFolder, 'postgres.lock');
  const folder: PostgresFolder = {
    dataFolder,
    program: await postgresProgram(join(dataFolder, 'postgres'), options.programs),
    settings: options.settings ?? {},
    mayCreateDatabases: options.mayCreateDatabases ?? false,
    async probe(url) {
      await (await connect(url, () => {})).end();
    },
  };

  let keeper: Connection | undefined;
  let closing = false;

  const enter = async (port?: number): Promise<Access> =>
    withLock(startLock, async () => {
      const access = await ensureRunning(folder, port);
      keeper = await connect(urlOf(access, KEEPER), () => void comeBack(access.port));
      return access;
    });

  /** The pool knows one port, so a database that died comes back there. */
  const comeBack = async (port: number): Promise<void> => {
    keeper = undefined;
    while (!closing) {
      try {
        const { pid } = await enter(port);
        options.log.warn({ port, pid }, 'the embedded database was lost and is back');
        return;
      } catch (error) {
        options.log.error({ err: error }, 'the embedded database is lost and did not come back');
        await pause(1000);
      }
    }
  };

  const access = await enter();
  return {
    url: urlOf(access),
    ownerUrl: ownerUrlOf(access),
    ownerUser: OWNER_USER,
    backupUrl: backupUrlOf(access),
    databaseFolder: join(dataFolder, 'postgres'),
    async close() {
      closing = true;
      await withLock(startLock, async () => {
        const others = await keeper?.query(OTHER_KEEPERS).catch(() => undefined);
        await keeper?.end().catch(() => {});
        if (others === undefined || others.rows.length === 0) await stopRunning(folder);
      });
    },
  };
}
