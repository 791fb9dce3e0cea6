import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE } from '../../audit/audit-event.ts';
import { VERSION } from '../../base/version.ts';
import { takeLock } from '../../db/embedded/folder-lock.ts';
import type { FolderLock } from '../../db/embedded/folder-lock.ts';
import { recordMasterKey } from '../../keys/record-master-key.ts';
import { noteServer } from '../../system/note-server.ts';
import { checkMasterKey } from '../installation/check-master-key.ts';
import { inDataFolder, rememberPublicUrl, watchDisk } from '../installation/data-folder.ts';
import { openInstallation, prepareDatabase } from '../installation/installation.ts';
import type { Installation, InstallationDeps, ServeDeps } from '../installation/installation.ts';
import { masterKeyFile, takeNextKey } from '../installation/master-key.ts';
import { listenOrExplain } from './listen.ts';
import { waitForBalancers } from './stop.ts';
import { runWorkers } from './workers.ts';

/**
 * `gatehouse serve`: runs the service until asked to stop, then finishes running requests and closes everything.
 * Throws `data.locked` when another one runs on this data folder.
 */
export async function serve(deps: ServeDeps): Promise<void> {
  // Of several processes of one service the first holds the folder, migrates and speaks to the operator.
  if (cluster.isWorker) return serveAsWorker(deps);

  const lock = await lockFolder(deps);
  const stopWatching = lock === undefined ? undefined : watchDisk(deps.config, deps.log);
  try {
    if (deps.config.workers === 1) loadAppMeanwhile();
    const taken = lock === undefined ? undefined : await takeNextMasterKey(deps);
    await using installation = await openInstallation(deps, { serves: true });
    const applied = await prepareDatabase(deps, installation.database);
    if (applied.length > 0) deps.log.info({ applied }, 'the database was migrated');
    const { db } = installation.database;
    await checkMasterKey({ ...deps, db, secrets: installation.secrets });
    if (taken !== undefined) await recordMasterKey({ ...deps, db }, SERVICE, 'master-key.taken-into-use', taken);
    await (deps.config.workers > 1 ? runWorkers(deps, installation) : answerRequests(deps, installation));
  } finally {
    stopWatching?.();
    await lock?.release();
  }
}

async function serveAsWorker(deps: ServeDeps): Promise<void> {
  loadAppMeanwhile();
  try {
    await using installation = await openInstallation(deps, { serves: true });
    await answerRequests(deps, installation);
  } finally {
    process.disconnect(); // the channel to the first process would keep this one alive
  }
}

/** Only where requests are answered: the first process of several has no use for it. */
const loadApp = async () => import('../../app.ts');

/** Beside the start of the database, which other processes do. */
function loadAppMeanwhile(): void {
  loadApp().catch(() => {}); // whoever waits for it is told
}

async function answerRequests(deps: ServeDeps, installation: Installation): Promise<void> {
  const { config, clock, log } = deps;
  const { createApp } = await loadApp();
  await using app = await createApp({ config, clock, log, ...installation });
  await listenOrExplain(config, deps.t, async () => app.listen());
  log.info({ url: config.publicUrl.origin, host: config.host, port: config.port }, 'ready');
  const { db } = installation.database;
  const forgetServer = await noteServer({ db, clock, log }, { version: VERSION, workers: config.workers });
  if (!cluster.isWorker) await deps.ready(installation);
  const asked = await deps.stopRequested;
  log.info('stopping');
  app.announceStop();
  await waitForBalancers(config, asked);
  await forgetServer();
}

/** The master key that `keys rotate --master` made is the newest from now on; its fingerprint. */
async function takeNextMasterKey({ config, t }: InstallationDeps): Promise<string | undefined> {
  if (config.masterKeys !== undefined || !existsSync(masterKeyFile(config.dataFolder))) return undefined;
  return inDataFolder(config, t, async () => takeNextKey(config.dataFolder, t));
}

/** The data folder has one service; a database elsewhere may have many. */
async function lockFolder({ config, t }: InstallationDeps): Promise<FolderLock | undefined> {
  if (config.databaseUrl !== undefined) return undefined;
  const folder = config.dataFolder;
  return inDataFolder(config, t, async () => {
    const lock = await takeLock(join(folder, 'serve.lock'), (pid) =>
      t('cli.serve.second', { pid: String(pid), folder }),
    );
    await rememberPublicUrl(config);
    return lock;
  });
}
