import type { Logger } from 'pino';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { createSecretBox } from '../../base/secret-box.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Config } from '../../config.ts';
import { migrate, migrationState, readMigrations } from '../../db/migrate.ts';
import { openDatabase } from '../../db/open-database.ts';
import type { OpenDatabase, OpenDatabaseOptions } from '../../db/open-database.ts';
import { isRestoreUnfinished } from '../../db/unfinished-restore.ts';
import type { Text } from '../../texts/catalog.ts';
import { inDataFolder } from './data-folder.ts';
import { readMasterKeys } from './master-key.ts';
import type { StopRequest } from '../serve/stop.ts';

/** What a command works on: an open database and the keys to what is sealed in it. */
export interface Installation extends AsyncDisposable {
  database: OpenDatabase;
  secrets: SecretBox;
}

/** Pooled connections of all server processes of one service together, unless set; each has at least two and at most twelve. */
const CONNECTIONS = 48;
/** Beside its pool each process listens for changes of applications and for jobs, and keeps an embedded database running. */
const OWN_CONNECTIONS = 3;
/** For the first process of several, and for a command beside the service. */
const SPARE_CONNECTIONS = 5;

function poolSizeOf({ workers, databasePool }: Config): number {
  return databasePool ?? Math.max(2, Math.min(12, Math.floor(CONNECTIONS / workers)));
}

/** The most database connections that one `serve` with these settings has at once. */
export function mostConnections(config: Config): number {
  return config.workers * (poolSizeOf(config) + OWN_CONNECTIONS) + SPARE_CONNECTIONS;
}

export interface InstallationDeps {
  config: Config;
  clock: Clock;
  log: Log;
  t: Text;
}

/** What running the service needs beside. */
export interface ServeDeps extends InstallationDeps {
  log: Logger;
  /** Settles when the process is asked to stop. */
  stopRequested: Promise<StopRequest>;
  /** Called once when requests are answered. */
  ready(installation: Installation): Promise<void>;
}

/**
 * Opens the installation the settings name; the embedded database is started when it does not run.
 * @param options `serves`: for the service, not for a command beside it
 */
export async function openInstallation(deps: InstallationDeps, options = { serves: false }): Promise<Installation> {
  const { config, log, t } = deps;
  const poolSize = poolSizeOf(config);
  const open = async (source: OpenDatabaseOptions['source']): Promise<OpenDatabase> =>
    openDatabase({ source, log, poolSize, sharesStatements: config.sharedStatements });
  if (config.databaseUrl !== undefined) {
    return installationOf(await open({ url: config.databaseUrl }), config.masterKeys ?? []);
  }
  return inDataFolder(config, t, async () => {
    // Before the database, so that there never is one without its key.
    const masterKeys = config.masterKeys ?? (await readMasterKeys(config.dataFolder, t, options));
    return installationOf(await open({ dataFolder: config.dataFolder }), masterKeys);
  });
}

function installationOf(database: OpenDatabase, masterKeys: readonly Buffer[]): Installation {
  return {
    database,
    secrets: createSecretBox(masterKeys),
    [Symbol.asyncDispose]: async () => database.close(),
  };
}

/**
 * Brings the database to this version where the settings allow it; returns what was applied. Throws
 * `database.not-migrated` where they do not and something is missing, `restore.unfinished` when nothing may serve it.
 */
export async function prepareDatabase(
  { config, clock, t }: InstallationDeps,
  database: OpenDatabase,
): Promise<string[]> {
  if (await isRestoreUnfinished(database.db)) throw new AppError('restore.unfinished');
  const migrations = await readMigrations();
  if (config.migrate) return migrate({ database, clock }, migrations);
  const { pending } = await migrationState(database.db, migrations);
  if (pending.length === 0) return [];
  throw new AppError('database.not-migrated', { detail: t('cli.serve.not-migrated', { names: pending.join(', ') }) });
}
