import { startCountingProxy, type SentCount } from './load/count-statements.ts';
import type { Contender } from './contenders.ts';

const COUNTED_FLOWS = 20;

/**
 * Restarts a contender on the counting proxy and back, and between counts what flows send: a few, one after the other,
 * after one that fills what is cached. For each flow.
 */
export async function throughProxy<Counted>(
  contender: Contender,
  work: (count: (flow: (worker: number) => Promise<void>) => Promise<SentCount>) => Promise<Counted>,
): Promise<Counted> {
  await using stack = new AsyncDisposableStack();
  const proxy = await startCountingProxy(contender.databaseUrl);
  stack.defer(async () => {
    await contender.restart?.(contender.databaseUrl);
    await proxy.close();
  });
  await contender.restart?.(proxy.url);
  // Awaited here: what is deferred above runs when this function returns.
  return await work(async (flow) => {
    await flow(0);
    const before = proxy.count();
    for (let done = 0; done < COUNTED_FLOWS; done += 1) await flow(0);
    const after = proxy.count();
    const each = (name: keyof SentCount): number => (after[name] - before[name]) / COUNTED_FLOWS;
    return { statements: each('statements'), commits: each('commits'), roundTrips: each('roundTrips') };
  });
}
