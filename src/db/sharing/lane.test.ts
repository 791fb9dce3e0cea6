import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { Lane } from './lane.ts';
import type { Later, SharedStatement } from './lane.ts';

/** A database that answers a key with itself in upper case, when it is told to; `sent` are its statements. */
function openStage(options: { most?: number; claims?: (key: string) => string[]; spoiled?: string[] } = {}) {
  const sent: string[][] = [];
  const out: ((error?: Error) => void)[] = [];
  const run = async (keys: readonly string[]): Promise<string[]> => {
    sent.push([...keys]);
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    out.push((error) => (error === undefined ? resolve(undefined) : reject(error)));
    await promise;
    const bad = keys.find((key) => options.spoiled?.includes(key) === true);
    if (bad !== undefined) throw new Error(`cannot read ${bad}`);
    return keys.map((key) => key.toUpperCase());
  };
  const statement: SharedStatement<string, string> = {
    most: options.most ?? 64,
    alone: async (_db, key) => (await run([key]))[0] ?? '',
    together: async (_db, keys) => run(keys),
    ...(options.claims === undefined ? {} : { claims: options.claims }),
  };
  const answerNext = async (error?: Error): Promise<void> => {
    out.shift()?.(error);
    await settle();
  };
  const answerAll = async (): Promise<void> => {
    while (out.length > 0) await answerNext();
  };
  return { sent, statement, answerNext, answerAll };
}

/** A timer that runs when it is told to. */
function handTimer(): { later: Later; pass(milliseconds: number): Promise<void> } {
  let now = 0;
  const due = new Set<{ at: number; work: () => void }>();
  return {
    later(milliseconds, work) {
      const one = { at: now + milliseconds, work };
      due.add(one);
      return () => due.delete(one);
    },
    async pass(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        await settle();
        const [next] = [...due].filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at);
        if (next === undefined) break;
        due.delete(next);
        now = next.at;
        next.work();
      }
      now = end;
    },
  };
}

const noDatabase = {} as Database;
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};
const coded = (code: string): Error => Object.assign(new Error(code), { code });
const outcomes = async (asked: Promise<string>[]): Promise<string[]> =>
  (await Promise.allSettled(asked)).map((each) =>
    each.status === 'fulfilled' ? each.value : (each.reason as Error).message,
  );

it('sends a request alone while few are out, and those that wait meanwhile together, each answered by its own key', async () => {
  const { sent, statement, answerNext, answerAll } = openStage();
  const lane = new Lane(noDatabase, { inFlight: 2, afterLoss: 'again' });
  const asked = ['a', 'b', 'c', 'd', 'e'].map(async (key) => lane.ask(statement, key));
  await settle();
  expect(sent).toEqual([['a'], ['b']]);
  await answerNext();
  expect(sent).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
  asked.push(lane.ask(statement, 'f'));
  await answerAll();
  expect(sent.at(-1)).toEqual(['f']);
  expect(await outcomes(asked)).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
});

it('takes no more into a statement than it may hold, and serves the statements of a lane in the order of who came first', async () => {
  const one = openStage({ most: 2 });
  const other = openStage();
  const lane = new Lane(noDatabase, { inFlight: 1, afterLoss: 'again' });
  const asked = [lane.ask(one.statement, 'out')];
  for (const key of ['a', 'b']) asked.push(lane.ask(one.statement, key));
  asked.push(lane.ask(other.statement, 'between'));
  for (const key of ['c', 'd']) asked.push(lane.ask(one.statement, key));
  await one.answerNext();
  await one.answerNext();
  expect(one.sent).toEqual([['out'], ['a', 'b']]);
  expect(other.sent).toEqual([['between']]);
  await other.answerNext();
  await one.answerNext();
  expect(one.sent.at(-1)).toEqual(['c', 'd']);
  expect(await outcomes(asked)).toEqual(['OUT', 'A', 'B', 'BETWEEN', 'C', 'D']);
});

it('answers an error to its own request only: when a shared statement fails, each is sent again alone', async () => {
  const { sent, statement, answerAll } = openStage({ spoiled: ['bad'] });
  const lane = new Lane(noDatabase, { inFlight: 1, afterLoss: 'fail' });
  const asked = ['out', 'a', 'bad', 'b'].map(async (key) => lane.ask(statement, key));
  await settle();
  await answerAll();
  expect(sent).toEqual([['out'], ['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
  expect(await outcomes(asked)).toEqual(['OUT', 'A', 'cannot read bad', 'B']);
});

it('never puts two requests with the same claim into one statement, and lets no later one overtake', async () => {
  const { sent, statement, answerAll } = openStage({ claims: (key) => key.slice(1).split('') });
  const lane = new Lane(noDatabase, { inFlight: 1, afterLoss: 'fail' });
  const asked = ['0', '1x', '2xy', '3y', '4z'].map(async (key) => lane.ask(statement, key));
  await settle();
  await answerAll();
  expect(sent).toEqual([['0'], ['1x', '4z'], ['2xy'], ['3y']]);
  expect(await outcomes(asked)).toEqual(['0', '1X', '2XY', '3Y', '4Z']);
});

it('repeats a read once, alone, after a lost connection, and a write never: nobody knows whether it was committed', async () => {
  for (const [afterLoss, expected] of [
    ['again', ['OUT', 'A', 'B']],
    ['fail', ['OUT', 'ECONNRESET', 'ECONNRESET']],
  ] as const) {
    const { sent, statement, answerNext, answerAll } = openStage();
    const lane = new Lane(noDatabase, { inFlight: 1, afterLoss });
    const asked = ['out', 'a', 'b'].map(async (key) => lane.ask(statement, key));
    await settle();
    await answerNext();
    await answerNext(coded('ECONNRESET'));
    await answerAll();
    expect(await outcomes(asked)).toEqual(expected);
    expect(sent).toHaveLength(afterLoss === 'again' ? 4 : 2);
  }
});

it.each([
  ['we stopped waiting', 'ETIMEDOUT'],
  ['the server cancelled it, as it does before we stop', '57014'],
])('repeats nothing that took as long as anybody waits: %s', async (_, code) => {
  const { sent, statement, answerNext } = openStage();
  const lane = new Lane(noDatabase, { inFlight: 1, afterLoss: 'again' });
  const asked = ['out', 'a', 'b'].map(async (key) => lane.ask(statement, key));
  await settle();
  await answerNext();
  await answerNext(coded(code));
  expect(sent).toHaveLength(2);
  expect(await outcomes(asked)).toEqual(['OUT', code, code]);
});

it('lets 5,000 requests wait and refuses the next one as unavailable; those that waited are answered', async () => {
  const { statement, answerAll } = openStage();
  const lane = new Lane(noDatabase, { inFlight: 2, afterLoss: 'again' });
  const asked = Array.from({ length: 5002 }, async (_, n) => lane.ask(statement, `k${n}`));
  await expect(lane.ask(statement, 'one too many')).rejects.toMatchObject({ code: 'database.unavailable' });
  await settle();
  await answerAll();
  expect(await outcomes(asked)).toEqual(Array.from({ length: 5002 }, (_, n) => `K${n}`));
  const later = lane.ask(statement, 'later');
  await settle();
  await answerAll();
  expect(await later).toBe('LATER');
});

it('holds up nobody behind a statement that is out for long, as one that waits for a lock', async () => {
  const { later, pass } = handTimer();
  const { sent, statement, answerAll } = openStage();
  const lane = new Lane(noDatabase, { inFlight: 1, afterLoss: 'fail', later });
  const asked = ['hangs', 'b', 'c'].map(async (key) => lane.ask(statement, key));
  await pass(200);
  expect(sent).toEqual([['hangs']]);
  await pass(100);
  expect(sent).toEqual([['hangs'], ['b', 'c']]);
  await answerAll();
  expect(await outcomes(asked)).toEqual(['HANGS', 'B', 'C']);
});

it('holds up nobody either behind one that was out for long while as many others were', async () => {
  const { later, pass } = handTimer();
  const { sent, statement, answerNext, answerAll } = openStage({ most: 1 });
  const lane = new Lane(noDatabase, { inFlight: 1, afterLoss: 'fail', later });
  const asked = ['a', 'b', 'c', 'hangs', 'e'].map(async (key) => lane.ask(statement, key));
  await pass(1500);
  expect(sent).toEqual([['a'], ['b'], ['c'], ['hangs']]);
  for (let i = 0; i < 3; i += 1) await answerNext();
  await pass(300);
  expect(sent.at(-1)).toEqual(['e']);
  await answerAll();
  expect(await outcomes(asked)).toEqual(['A', 'B', 'C', 'HANGS', 'E']);
});

it('refuses who waited as long as anybody waits for a connection, and serves who comes later', async () => {
  const { later, pass } = handTimer();
  const { sent, statement, answerAll } = openStage({ most: 1 });
  const lane = new Lane(noDatabase, { inFlight: 1, afterLoss: 'again', later });
  const hanging = ['a', 'b', 'c', 'd'].map(async (key) => lane.ask(statement, key));
  const refused = lane.ask(statement, 'late').catch((error: unknown) => error);
  await pass(3900);
  const patient = lane.ask(statement, 'patient');
  await pass(800);
  expect(await refused).toMatchObject({ code: 'database.unavailable' });
  expect(sent).toEqual([['a'], ['b'], ['c'], ['d']]);
  await answerAll();
  expect(await outcomes([...hanging, patient])).toEqual(['A', 'B', 'C', 'D', 'PATIENT']);
});

it('runs a shared statement in the context of its first request, and goes on with each in its own', async () => {
  const request = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const { statement, answerAll } = openStage();
  const spied = {
    ...statement,
    together: async (db: Database, keys: readonly string[]) => {
      seen.push(request.getStore());
      return statement.together(db, keys);
    },
  };
  const lane = new Lane(noDatabase, { inFlight: 1, afterLoss: 'again' });
  const asked = ['out', 'a', 'b'].map((key) =>
    request.run(key, async () => [await lane.ask(spied, key), request.getStore()]),
  );
  await settle();
  await answerAll();
  expect(await Promise.all(asked)).toEqual([
    ['OUT', 'out'],
    ['A', 'a'],
    ['B', 'b'],
  ]);
  expect(seen).toEqual(['a']);
});
