import { monitorEventLoopDelay } from 'node:perf_hooks';
import { combinations, reportOf } from './series.ts';
import type { Reported } from './series.ts';
import type { Metric, MetricName, Metrics } from './metrics.ts';
import type { PasswordHasher } from '../authenticators/password.ts';
import { VERSION } from '../base/version.ts';
import type { OpenDatabase } from '../db/open-database.ts';
import { lanesOf } from '../db/sharing/lanes.ts';

/** What a process holds. */
export interface ProcessDeps {
  database: Pick<OpenDatabase, 'db' | 'pool'>;
  passwords: Pick<PasswordHasher, 'load'>;
}

/** The state of this process at the moment it is asked. */
export interface ProcessState extends Disposable {
  report(): Reported[];
}

/** Milliseconds between two looks at the event loop; what a look is late is its delay. */
const LOOK_MS = 20;
/** A window of looks ends after so long; the last whole one and the one under way are told. */
const WINDOW_MS = 10_000;
const PARTS = [
  ['half', 50],
  ['99-of-100', 99],
  ['all', 100],
] as const;

/** Reads pool, queues, lanes, event loop and memory of this process. */
export function readProcess(metrics: Metrics, { database, passwords }: ProcessDeps): ProcessState {
  const loop = monitorEventLoopDelay({ resolution: LOOK_MS });
  loop.enable();
  let before = new Map<string, number>();
  const window = setInterval(() => {
    before = delaysOf(loop);
    loop.reset();
  }, WINDOW_MS).unref();

  const report = (): Reported[] => {
    const passwordsNow = passwords.load();
    const connections = database.pool.load();
    const lanes = lanesOf(database.db);
    const ofLanes = (read: 'waiting' | 'refused'): Record<string, number> => ({
      reads: lanes?.reads[read] ?? 0,
      writes: lanes?.writes[read] ?? 0,
    });
    const now = delaysOf(loop);
    const delays = [...now].map(([name, delay]): [string, number] => [name, Math.max(delay, before.get(name) ?? 0)]);
    const { user, system } = process.cpuUsage();
    const alone: Partial<Record<MetricName, number | Record<string, number>>> = {
      gatehouse_processes: 1,
      gatehouse_passwords_running: passwordsNow.running,
      gatehouse_passwords_waiting: passwordsNow.waiting,
      gatehouse_passwords_refused_total: passwordsNow.refused,
      gatehouse_database_connections: { 'in-use': connections.inUse, waiting: connections.waiting },
      gatehouse_shared_statements_waiting: ofLanes('waiting'),
      gatehouse_shared_statements_refused_total: ofLanes('refused'),
      gatehouse_event_loop_delay_seconds: Object.fromEntries(delays),
      gatehouse_memory_bytes: process.memoryUsage.rss(),
      gatehouse_cpu_seconds_total: (user + system) / 1e6,
    };
    const build = reportOf('gatehouse_build_info', metrics.gatehouse_build_info, [
      { value: 1, labels: { version: VERSION, node: process.version } },
    ]);
    return [build, ...reportRead(metrics, alone)];
  };
  return {
    report,
    [Symbol.dispose]() {
      clearInterval(window);
      loop.disable();
    },
  };
}

/** Seconds by which looks were late. */
function delaysOf(loop: ReturnType<typeof monitorEventLoopDelay>): Map<string, number> {
  if (loop.count === 0) return new Map(PARTS.map(([name]) => [name, 0]));
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - LOOK_MS / 1000);
  return new Map(PARTS.map(([name, percent]) => [name, late(loop.percentile(percent))]));
}

/**
 * Metrics with at most one label and the values that were read of them; a value that is no member of its label's list is left out.
 * Members that were not read are 0, those of a sparse metric absent.
 */
export function reportRead(
  metrics: Metrics,
  read: Partial<Record<MetricName, number | Record<string, number>>>,
): Reported[] {
  return Object.entries(read).map(([name, value]) => {
    const metric: Metric = metrics[name as MetricName];
    const values =
      typeof value === 'number'
        ? [{ value, labels: {} }]
        : combinations(Object.entries(metric.labels))
            .map((labels) => ({ key: Object.values(labels).join(' '), labels }))
            .filter(({ key }) => metric.isSparse !== true || key in value)
            .map(({ key, labels }) => ({ value: value[key] ?? 0, labels }));
    return reportOf(name, metric, values);
  });
}
