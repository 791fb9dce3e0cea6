import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Installation, ServeDeps } from '../installation/installation.ts';
import { listenOrExplain, tryListening } from './listen.ts';
import { waitForBalancers } from './stop.ts';
import { passReportsOn } from '../../metrics/between-workers.ts';

/** Shortest interval at which a worker that ended by itself is replaced. */
const REPLACE_AFTER_MS = 1000;

/** Runs the service in several processes that share one port, until asked to stop; each drains by itself. */
export async function runWorkers(deps: ServeDeps, installation: Installation): Promise<void> {
  await listenOrExplain(deps.config, deps.t, async () => tryListening(deps.config));
  if (deps.config.metricsToken !== undefined) passReportsOn();
  const workers = new Set<Worker>();
  let stopping = false;
  const start = (): Worker => {
    const worker = cluster.fork();
    workers.add(worker);
    worker.once('exit', (code, signal) => {
      workers.delete(worker);
      if (stopping) return;
      deps.log.error(
        { worker: worker.process.pid, exitCode: code, signal },
        'a server process ended; starting another',
      );
      void pause(REPLACE_AFTER_MS).then(() => (stopping ? undefined : start()));
    });
    return worker;
  };
  const first = Array.from({ length: deps.config.workers }, start);
  await Promise.race([Promise.all(first.map(async (worker) => once(worker, 'listening'))), deps.stopRequested]);
  await deps.ready(installation);
  const asked = await deps.stopRequested;

  stopping = true;
  const gone = [...workers].map(async (worker) => {
    const exit = once(worker, 'exit');
    worker.process.kill(asked.signal);
    await exit;
  });
  await waitForBalancers(deps.config, asked); // as each of them does
  await Promise.all(gone);
}
