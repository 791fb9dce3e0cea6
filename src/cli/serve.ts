import cluster from 'node:cluster';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createApp } from '../app.ts';
import { takeLock } from '../db/embedded/folder-lock.ts';
import type { FolderLock } from '../db/embedded/folder-lock.ts';
import { openInstallation, prepareDatabase } from './installation.ts';
import type { Installation, InstallationDeps, ServeDeps } from './installation.ts';
import { runWorkers } from './workers.ts';

/**
 * `gatehouse serve`: runs the service until asked to stop, then finishes what runs and lets go of everything.
 * Throws `data.locked` when another one runs on this data folder.
 */
export async function serve(deps: ServeDeps): Promise<void> {
  // Of several processes of one service the first holds the folder, migrates and speaks to the operator.
  if (cluster.isWorker) return serveAsWorker(deps);

  const lock = await lockFolder(deps);
  try {
    await using installation = await openInstallation(deps);
    const applied = await prepareDatabase(deps, installation.database);
    if (applied.length > 0) deps.log.info({ applied }, 'the database was migrated');
    await (deps.config.workers > 1 ? runWorkers(deps, installation) : answerRequests(deps, installation));
  } finally {
    await lock?.release();
  }
}

async function serveAsWorker(deps: ServeDeps): Promise<void> {
  try {
    await using installation = await openInstallation(deps);
    await answerRequests(deps, installation);
  } finally {
    process.disconnect(); // the channel to the first process would keep this one alive
  }
}

async function answerRequests(deps: ServeDeps, installation: Installation): Promise<void> {
  const { config, clock, log } = deps;
  await using app = await createApp({ config, clock, log, ...installation });
  await app.listen();
  log.info({ url: config.publicUrl.origin, host: config.host, port: config.port }, 'ready');
  if (!cluster.isWorker) await deps.ready(installation);
  await deps.stopRequested;
  log.info('stopping');
}

/** The data folder has one service; a database elsewhere may have many. */
async function lockFolder({ config, t }: InstallationDeps): Promise<FolderLock | undefined> {
  if (config.databaseUrl !== undefined) return undefined;
  const folder = config.dataFolder;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return takeLock(join(folder, 'serve.lock'), (pid) => t('cli.serve.second', { pid: String(pid), folder }));
}
