import { findColleagues } from './between-workers.ts';
import { countSignals } from './count-signals.ts';
import { metricsOf } from './metrics.ts';
import { createFactReader } from './read-facts.ts';
import type { FactDeps } from './read-facts.ts';
import { readProcess } from './read-process.ts';
import type { ProcessDeps } from './read-process.ts';
import { addMetricsRoute, serveMetrics } from './routes.ts';
import type { Server } from '../http/server.ts';

interface MountOptions extends ProcessDeps, Omit<FactDeps, 'config'> {
  config: {
    metricsToken: string | undefined;
    /** A port of its own. */
    metricsPort: number | undefined;
    metricsHost: string;
  } & FactDeps['config'];
  jobKinds: readonly string[];
}

/** The door, once it is there. */
interface MetricsDoor {
  /** Listens where it has a port of its own. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the door of monitoring; without a token there is none, and nothing is counted. */
export function mountMetrics(server: Server, options: MountOptions): MetricsDoor {
  const { metricsToken: token, metricsPort: port, metricsHost: host } = options.config;
  if (token === undefined) return { listen: async () => {}, close: async () => {} };
  const metrics = metricsOf(options.jobKinds);
  const counted = countSignals(metrics);
  const state = readProcess(metrics, options);
  const report = () => [...state.report(), ...counted.report()];
  const colleagues = findColleagues(report);
  const readFacts = createFactReader(metrics, options);
  const deps = { token, report, collect: async () => colleagues.collect(), readFacts };
  if (port === undefined) addMetricsRoute(server, deps);
  let own: Awaited<ReturnType<typeof serveMetrics>> | undefined;
  return {
    async listen() {
      if (port !== undefined) own = await serveMetrics(deps, { host, port, log: options.log });
    },
    async close() {
      own?.close();
      own?.closeAllConnections();
      for (const part of [counted, state, colleagues]) part[Symbol.dispose]();
    },
  };
}
