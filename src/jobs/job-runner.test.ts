import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countStatements } from '../../test/support/count-statements.ts';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { MINUTE, after } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { createSecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import { cancelJob, enqueueJob, enqueueJobs, makeJobsDue } from './enqueue-job.ts';
import { createJobRunner } from './job-runner.ts';
import { claimJobs } from './job-store.ts';
import { JobFailed, JobPostponed, defineJob } from './job.ts';
import type { Job, JobHandler } from './job.ts';

interface Note {
  text: string;
}
const note = defineJob<Note>('note');
const secrets = createSecretBox([Buffer.alloc(32, 3)]);
let database: TestDatabase;
let now: Date;
const clock = { now: () => now };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => database.close());
beforeEach(async () => {
  now = new Date('2026-03-02T09:00:00Z');
  await database.db.deleteFrom('job').execute();
});

const deps = () => ({ db: database.db, clock, secrets, log: silentLog });
const runner = (...handlers: JobHandler[]) => createJobRunner(deps(), handlers);
const rows = async () => database.db.selectFrom('job').selectAll().orderBy('id').execute();
const enqueue = async (text: string, more: { uniqueKey?: string; concurrencyKey?: string; dueAt?: Date } = {}) =>
  inTransaction(deps(), async (inside) =>
    enqueueJob(inside, { kind: note, payload: { text }, organizationId: null, ...more }),
  );

const nth = (i: number) => ({ kind: note, payload: { text: `n${i}` }, organizationId: null });
const enqueueMany = async (length: number) => {
  const jobs = Array.from({ length }, (_, i) => nth(i));
  await inTransaction(deps(), async (inside) => enqueueJobs(inside, jobs));
};

/** A handler that keeps what it was given, and fails for as many attempts as asked. */
function recorder(more: Partial<JobHandler<Note>> & { fail?: (job: Job<Note>) => void } = {}) {
  const seen: string[] = [];
  const { fail, ...rest } = more;
  const handler: JobHandler<Note> = {
    kind: note,
    async run(job) {
      seen.push(`${job.payload.text} ${job.attempts}`);
      fail?.(job);
    },
    ...rest,
  };
  return { handler: handler as JobHandler, seen };
}

describe('a job', () => {
  it('starts when its transaction is committed, payload sealed until then, and is gone when done', async () => {
    const ran = Promise.withResolvers<Job<Note>>();
    const handler: JobHandler<Note> = { kind: note, run: async (job) => ran.resolve(job) };
    await using jobs = createJobRunner({ ...deps(), listen: database.open.listen }, [handler]);
    await jobs.start();
    await inTransaction(deps(), async (inside) => {
      await enqueueJob(inside, { kind: note, payload: { text: 'hello' }, organizationId: null });
      const [row] = await inside.db.selectFrom('job').selectAll().execute();
      expect(row?.sealedPayload?.toString('latin1')).not.toContain('hello');
    });
    expect(await ran.promise).toMatchObject({ payload: { text: 'hello' }, attempts: 1, createdAt: now });
    await jobs.stop();
    expect(await rows()).toEqual([]);
  });

  it('is not written when its transaction fails', async () => {
    const { handler, seen } = recorder();
    const failing = inTransaction(deps(), async (inside) => {
      await enqueueJob(inside, { kind: note, payload: { text: 'never' }, organizationId: null });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await runner(handler).runDue()).toBe(0);
    expect(seen).toEqual([]);
  });

  it('runs once, of however many processes that look for it at once', async () => {
    const { handler, seen } = recorder();
    await enqueueMany(40);
    await Promise.all([runner(handler), runner(handler), runner(handler)].map(async (each) => each.runDue()));
    expect(new Set(seen).size).toBe(40);
    expect(seen).toHaveLength(40);
  });

  it('costs about one statement: claims are shared by several', async () => {
    const { handler } = recorder({ concurrency: 10 });
    await enqueueMany(100);
    const { count } = await countStatements(async () => runner(handler).runDue());
    expect(count.statements).toBeLessThanOrEqual(130);
  });

  it('is tried again after growing waits, and given up with a hook in the same transaction', async () => {
    const given: string[] = [];
    const { handler, seen } = recorder({
      backOff: [10, 60],
      giveUpAfter: 100,
      fail: () => {
        throw new Error('no answer');
      },
      async onGivenUp(tx, job, error) {
        given.push(`${job.payload.text}: ${error}, in a transaction: ${tx.isTransaction}`);
      },
    });
    const started = now;
    const jobs = runner(handler);
    await enqueue('a');
    await jobs.runDue();
    const [first] = await rows();
    expect(first).toMatchObject({ attempts: 1, dueAt: after(started, 10), lastError: 'no answer', claimId: null });
    expect(await jobs.runDue()).toBe(0);
    for (const seconds of [10, 70, 100]) {
      now = after(started, seconds);
      await jobs.runDue();
    }
    expect(seen).toEqual(['a 1', 'a 2', 'a 3', 'a 4']);
    expect(given).toEqual(['a: no answer, in a transaction: true']);
    const [last] = await rows();
    expect(last).toMatchObject({ dueAt: null, failedAt: after(started, 100), sealedPayload: null });
  });

  it('is given up at once when its handler knows that it cannot succeed', async () => {
    const { handler, seen } = recorder({
      fail: () => {
        throw new JobFailed('refused for good');
      },
    });
    await enqueue('a');
    await runner(handler).runDue();
    expect(seen).toEqual(['a 1']);
    expect(await rows()).toMatchObject([{ dueAt: null, failedAt: now, lastError: 'refused for good' }]);
  });

  it('waits for something else without using an attempt up, and is woken when that has come', async () => {
    let open = false;
    const { handler, seen } = recorder({
      fail: () => {
        if (!open) throw new JobPostponed('closed', after(now, 3600));
      },
    });
    const jobs = runner(handler);
    await enqueue('a');
    await jobs.runDue();
    expect(await rows()).toMatchObject([{ attempts: 0, dueAt: after(now, 3600), lastError: 'closed' }]);
    open = true;
    await makeJobsDue(deps(), [note]);
    await jobs.runDue();
    expect(seen).toEqual(['a 1', 'a 1']);
    expect(await rows()).toEqual([]);
  });

  it('is written once for its unique key, and again after that one is done or was cancelled', async () => {
    const { handler, seen } = recorder();
    const jobs = runner(handler);
    await enqueue('first', { uniqueKey: 'k' });
    await enqueue('second', { uniqueKey: 'k' });
    await enqueue('other', { uniqueKey: 'l' });
    await cancelJob(deps(), note, 'l');
    await jobs.runDue();
    await enqueue('third', { uniqueKey: 'k' });
    await jobs.runDue();
    expect(seen).toEqual(['first 1', 'third 1']);
  });

  it('of a process that was killed is run by another one when the lease is over', async () => {
    const { handler, seen } = recorder();
    await enqueue('a');
    // What is left by a process that was killed right after its claim.
    const kinds = [{ kind: 'note', limit: 1, busyKeys: [] }];
    const claim = { id: '00000000-0000-4000-8000-000000000001', now, leaseUntil: after(now, MINUTE), without: [] };
    expect(await claimJobs(database.db, kinds, claim)).toHaveLength(1);
    expect(await runner(handler).runDue()).toBe(0);
    now = after(now, MINUTE);
    expect(await runner(handler).runDue()).toBe(1);
    expect(seen).toEqual(['a 2']);
  });

  it('that outlived its lease does not undo what another process made of it', async () => {
    const slow = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const handler: JobHandler = {
      kind: note,
      async run() {
        begun.resolve();
        await slow.promise;
        throw new Error('too late');
      },
    };
    await enqueue('a');
    const first = runner(handler).runDue();
    await begun.promise;
    now = after(now, 2 * MINUTE);
    const { handler: quick, seen } = recorder();
    await runner(quick).runDue();
    slow.resolve();
    await first;
    expect(seen).toEqual(['a 2']);
    expect(await rows()).toEqual([]);
  });
});

describe('the runner', () => {
  it('lets a slow receiver delay its own jobs alone', async () => {
    const slow = Promise.withResolvers<void>();
    const fastDone = Promise.withResolvers<void>();
    let atOnce = 0;
    let most = 0;
    const handler: JobHandler<Note> = {
      kind: note,
      concurrency: 4,
      concurrencyPerKey: 2,
      async run({ payload }) {
        if (payload.text === 'last') return fastDone.resolve();
        if (payload.text !== 'slow') return;
        atOnce += 1;
        most = Math.max(most, atOnce);
        await slow.promise;
        atOnce -= 1;
      },
    };
    for (let i = 0; i < 20; i += 1) await enqueue('slow', { concurrencyKey: 'slow.example' });
    for (let i = 0; i < 5; i += 1) await enqueue('fast', { concurrencyKey: 'fast.example' });
    now = after(now, 1);
    await enqueue('last', { concurrencyKey: 'fast.example' });
    const all = runner(handler).runDue();
    await fastDone.promise;
    slow.resolve();
    await all;
    expect(most).toBe(2);
    expect(await rows()).toEqual([]);
  });

  it('runs a recurring job at its times, once for all processes, and again after a failure', async () => {
    const recurring = defineJob('tidy');
    let runs = 0;
    const handler: JobHandler = {
      kind: recurring,
      every: 3600,
      async run() {
        runs += 1;
        if (runs === 2) throw new JobFailed('not this time');
      },
    };
    await using first = runner(handler);
    await using second = runner(handler);
    await Promise.all([first.start(), second.start()]);
    await Promise.all([first.runDue(), second.runDue()]);
    expect(runs).toBe(1);
    now = after(now, 3600);
    await Promise.all([first.runDue(), second.runDue()]);
    expect(runs).toBe(2);
    expect(await rows()).toMatchObject([{ dueAt: after(now, 10), attempts: 1, lastError: 'not this time' }]);
    now = after(now, 10);
    await first.runDue();
    expect(await rows()).toMatchObject([{ dueAt: after(now, 3600), attempts: 0, lastError: null }]);
  });

  it('claims nothing more when stopped, and waits for what runs', async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const handler: JobHandler = {
      kind: note,
      concurrency: 1,
      async run() {
        begun.resolve();
        await finish.promise;
      },
    };
    const jobs = runner(handler);
    await enqueue('a');
    await enqueue('b');
    const all = jobs.runDue();
    await begun.promise;
    const stopped = jobs.stop();
    finish.resolve();
    await Promise.all([stopped, all]);
    expect(await rows()).toMatchObject([{ attempts: 0, claimId: null }]);
  });

  it('leaves jobs of kinds it does not know to others', async () => {
    const { handler } = recorder();
    await inTransaction(deps(), async (inside) =>
      enqueueJob(inside, { kind: defineJob('newer'), payload: null, organizationId: null }),
    );
    await runner(handler).runDue();
    expect(await rows()).toMatchObject([{ kind: 'newer', attempts: 0 }]);
  });
});
