import { attemptJob } from './attempt-job.ts';
import { enqueueJobs } from './enqueue-job.ts';
import { JOB_CHANNEL, claimJobs, releaseJobs, renewLeases } from './job-store.ts';
import type { ClaimableKind, ClaimedJob } from './job-store.ts';
import type { JobHandler } from './job.ts';
import { MINUTE, after } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import type { JobId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import { randomUuid } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';

const CONCURRENCY = 4;
const CONCURRENCY_PER_KEY = 2;
/** A process that died keeps its jobs so long. */
const LEASE: Seconds = MINUTE;
const RENEW_MS = 20_000;
/** What nobody was notified of, as a retry that became due, is found after so long. */
const POLL_MS = 5000;
/** Places that become free within this time are filled by one claim. */
const SHARE_MS = 20;
/** A stop waits so long for running jobs before it aborts them. */
const GRACE_MS = 10_000;
/** And so long for them to heed that. */
const ABORT_MS = 1000;

/** What a runner needs. */
export interface RunnerDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  log: Log;
  /** As the open database offers it; without it, jobs start at the next poll. */
  listen?: (channel: string, heard: () => void) => Promise<() => Promise<void>>;
}

/** Runs the jobs of one process. */
export interface JobRunner extends AsyncDisposable {
  /** Writes the recurring jobs, then runs what is due until stopped. */
  start(): Promise<void>;
  /** Runs what is due now; resolves with the number of attempts once nothing more is due. */
  runDue(): Promise<number>;
  /** Claims nothing more, waits for running jobs, aborts those that outlast the grace period. */
  stop(): Promise<void>;
}

interface Running {
  claim: ClaimedJob;
  handler: JobHandler;
  end: Promise<void>;
}

/** Creates the runner of a process with a handler for each kind it may claim. */
export function createJobRunner(deps: RunnerDeps, handlers: readonly JobHandler[]): JobRunner {
  const { db, clock, log } = deps;
  const running = new Map<JobId, Running>();
  /** Kinds of which the last claim left jobs behind that are due. */
  const waiting = new Set<string>();
  const abort = new AbortController();
  const stopped = Promise.withResolvers<void>();
  let stopping = false;
  let attempts = 0;
  let claiming: Promise<void> | undefined;
  let nextClaiming: Promise<void> | undefined;
  let later: NodeJS.Timeout | undefined;
  let poll: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;
  let listening: Promise<() => Promise<void>> | undefined;

  /** Half of the places of a kind are free. */
  const hasRoom = (handler: JobHandler): boolean =>
    [...running.values()].filter((each) => each.handler === handler).length <= (handler.concurrency ?? CONCURRENCY) / 2;

  /** Claims for a free place: at once when there are many or a key was full, else in a moment, so that several share a claim. */
  const refill = (handler: JobHandler, ended: ClaimedJob): void => {
    if (!waiting.has(handler.kind.name)) return;
    if (hasRoom(handler) || ended.concurrencyKey !== null) void claimNow();
    else later ??= setTimeout(() => void claimNow(), SHARE_MS).unref();
  };

  const begin = (claim: ClaimedJob, handler: JobHandler): void => {
    attempts += 1;
    const end = attemptJob(deps, claim, handler, abort.signal).finally(() => {
      running.delete(claim.id);
      refill(handler, claim);
    });
    running.set(claim.id, { claim, handler, end });
  };

  /** Claims and begins until nothing is due or everything is busy. */
  const claimDue = async (): Promise<void> => {
    for (;;) {
      const kinds = claimable(handlers, [...running.values()]);
      if (stopping || kinds.length === 0) return;
      const now = clock.now();
      const leaseUntil = after(now, LEASE);
      const id = randomUuid();
      const claims = await claimJobs(db, kinds, { id, now, leaseUntil, without: [...running.keys()] });
      const surplus: JobId[] = [];
      for (const claim of claims) {
        const handler = handlers.find(({ kind }) => kind.name === claim.kind);
        if (handler === undefined || isBusy(handler, claim.concurrencyKey, running)) surplus.push(claim.id);
        else begin(claim, handler);
      }
      for (const { kind, limit, busyKeys } of kinds) {
        const all = claims.filter((claim) => claim.kind === kind).length < limit && busyKeys.length === 0;
        if (all) waiting.delete(kind);
        else waiting.add(kind);
      }
      if (surplus.length > 0) await releaseJobs(db, id, surplus, now);
      else if (claims.length === 0) return;
      else if (!handlers.some((handler) => waiting.has(handler.kind.name) && hasRoom(handler))) return;
    }
  };

  /** Claims after what is being claimed now; calls that come meanwhile share one. */
  const claimNow = async (): Promise<void> => {
    nextClaiming ??= (claiming ?? Promise.resolve()).then(async () => {
      nextClaiming = undefined;
      clearTimeout(later);
      later = undefined;
      claiming = claimDue()
        .catch((error: unknown) => log.error({ err: error }, 'jobs could not be claimed; it is tried again'))
        .finally(() => {
          claiming = undefined;
        });
      return claiming;
    });
    return nextClaiming;
  };

  const heartbeat = (): void => {
    if (running.size === 0) return;
    const claims = [...running.values()].map(({ claim }) => claim);
    renewLeases(db, claims, after(clock.now(), LEASE)).catch((error: unknown) => {
      log.warn({ err: error }, 'the leases of running jobs were not renewed');
    });
  };

  const stop = async (): Promise<void> => {
    if (stopping) return stopped.promise;
    stopping = true;
    clearInterval(poll);
    clearTimeout(later);
    const stopListening = await listening;
    await stopListening?.();
    await claimNow(); // claims nothing more, but what was being claimed is now running
    const grace = setTimeout(() => abort.abort(), GRACE_MS);
    const ends = Promise.all([...running.values()].map(async ({ end }) => end));
    await Promise.race([ends, abandoned(abort.signal)]);
    clearTimeout(grace);
    clearInterval(renewal);
    stopped.resolve();
  };

  return {
    async start() {
      await enqueueRecurring(deps, handlers);
      renewal = setInterval(heartbeat, RENEW_MS).unref();
      poll = setInterval(() => void claimNow(), POLL_MS).unref();
      listening = deps
        .listen?.(JOB_CHANNEL, () => void claimNow())
        .catch((error: unknown) => {
          log.warn({ err: error }, 'jobs start at the next poll only');
          return async () => {};
        });
      await listening;
      void claimNow();
    },
    async runDue() {
      const before = attempts;
      let last: number;
      do {
        last = attempts;
        void claimNow();
        while (nextClaiming !== undefined || claiming !== undefined || running.size > 0) {
          await Promise.all([nextClaiming, claiming, ...[...running.values()].map(async ({ end }) => end)]);
        }
      } while (attempts > last);
      return attempts - before;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Writes the jobs that recur, where they do not exist yet. */
async function enqueueRecurring(deps: RunnerDeps, handlers: readonly JobHandler[]): Promise<void> {
  const recurring = handlers.filter(({ every }) => every !== undefined);
  const jobs = recurring.map(({ kind }) => ({ kind, payload: null, organizationId: null, uniqueKey: 'recurring' }));
  await inTransaction(deps, async (deps) => enqueueJobs(deps, jobs));
}

/** The kinds of which more may run, and how many. */
function claimable(handlers: readonly JobHandler[], running: readonly Running[]): ClaimableKind[] {
  return handlers.flatMap((handler) => {
    const own = running.filter((each) => each.handler === handler);
    const limit = (handler.concurrency ?? CONCURRENCY) - own.length;
    if (limit <= 0) return [];
    const keys = own.flatMap(({ claim }) => claim.concurrencyKey ?? []);
    const busyKeys = [...new Set(keys)].filter((key) => isFull(handler, keys, key));
    return [{ kind: handler.kind.name, limit, busyKeys }];
  });
}

function isBusy(handler: JobHandler, key: string | null, running: ReadonlyMap<JobId, Running>): boolean {
  if (key === null) return false;
  const own = [...running.values()].filter((each) => each.handler === handler);
  return isFull(
    handler,
    own.flatMap(({ claim }) => claim.concurrencyKey ?? []),
    key,
  );
}

function isFull(handler: JobHandler, keys: readonly string[], key: string): boolean {
  return keys.filter((each) => each === key).length >= (handler.concurrencyPerKey ?? CONCURRENCY_PER_KEY);
}

/** Resolves a moment after the abort: what does not end then is left to its lease. */
async function abandoned(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => void setTimeout(resolve, ABORT_MS).unref(), { once: true });
  });
}
