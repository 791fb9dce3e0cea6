import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';
import type { Reported } from './series.ts';

/*
 * Several server processes on one port: whichever is asked asks the others through the first process, which answers no requests.
 *
 *   asked process -> first process      `collect`
 *   first process -> each other one     `report`
 *   each other one -> first process     `reported`
 *   first process -> asked process      `collected`
 */

interface Message {
  metrics: 'collect' | 'report' | 'reported' | 'collected';
  /** Of the scrape, in the process that sent `collect` or `report`. */
  scrape: number;
  reports?: Reported[][];
}

/** A process that does not answer within this time is left out: it ends, or has not begun. */
const PATIENCE_MS = 2000;

function readMessage(message: unknown): Message | undefined {
  return typeof message === 'object' && message !== null && 'metrics' in message ? (message as Message) : undefined;
}

/** In the first process: passes questions and answers on between the others, as long as it runs. */
export function passReportsOn(): void {
  let scrapes = 0;
  const open = new Map<number, (worker: Worker, reports: Reported[][]) => void>();
  const collect = (asked: Worker, scrape: number): void => {
    const own = scrapes++;
    const reports: Reported[][] = [];
    const others = Object.values(cluster.workers ?? {}).filter(
      (worker) => worker !== undefined && worker.id !== asked.id && worker.isConnected(),
    );
    const missing = new Set(others.map((worker) => worker!.id));
    const finish = (): void => {
      clearTimeout(timer);
      if (open.delete(own)) send(asked, { metrics: 'collected', scrape, reports });
    };
    const timer = setTimeout(finish, PATIENCE_MS).unref();
    open.set(own, (worker, given) => {
      if (!missing.delete(worker.id)) return;
      reports.push(...given);
      if (missing.size === 0) finish();
    });
    if (missing.size === 0) finish();
    for (const worker of others) send(worker!, { metrics: 'report', scrape: own });
  };
  const hear = (worker: Worker, given: unknown): void => {
    const message = readMessage(given);
    if (message?.metrics === 'collect') collect(worker, message.scrape);
    if (message?.metrics === 'reported') open.get(message.scrape)?.(worker, message.reports ?? []);
  };
  cluster.on('message', hear);
}

/** One that ends meanwhile is not told. */
function send(worker: Worker, message: Message): void {
  if (worker.isConnected()) worker.send(message, () => {});
}

/** The other processes of this service. */
export interface Colleagues extends Disposable {
  /** What each of them reports; those that do not answer in time are left out. */
  collect(): Promise<Reported[][]>;
}

/** In a process that answers requests: reports what is asked for, and asks the others. Alone it has none. */
export function findColleagues(report: () => Reported[]): Colleagues {
  if (!cluster.isWorker) return { collect: async () => [], [Symbol.dispose]: () => {} };
  let scrapes = 0;
  const open = new Map<number, (reports: Reported[][]) => void>();
  const tell = (message: Message): void => {
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };
  const hear = (given: unknown): void => {
    const message = readMessage(given);
    if (message?.metrics === 'report') tell({ metrics: 'reported', scrape: message.scrape, reports: [report()] });
    if (message?.metrics === 'collected') open.get(message.scrape)?.(message.reports ?? []);
  };
  process.on('message', hear);
  return {
    async collect() {
      const scrape = scrapes++;
      const answer = Promise.withResolvers<Reported[][]>();
      open.set(scrape, answer.resolve);
      const timer = setTimeout(() => answer.resolve([]), 2 * PATIENCE_MS);
      tell({ metrics: 'collect', scrape });
      const reports = await answer.promise;
      clearTimeout(timer);
      open.delete(scrape);
      return reports;
    },
    [Symbol.dispose]: () => void process.off('message', hear),
  };
}
