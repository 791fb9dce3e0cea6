import { createDatabase, REDIRECT, rival, type Contender } from '../contenders.ts';
import { throughProxy } from '../counted-flows.ts';
import { runLoad } from '../load/closed-loop.ts';
import type { SentCount } from '../load/count-statements.ts';
import { processTree } from '../load/process-tree.ts';
import { discoverTarget } from '../load/target.ts';
import { measure, type Measurement } from '../measure.ts';
import { createDevicePoll } from './device-poll.ts';
import { createMachineToken } from './machine-token.ts';

export const MACHINE_FLOWS = ['machine token', 'device poll'] as const;
export type MachineFlow = (typeof MACHINE_FLOWS)[number];

/** What one implementation did in all rounds, by flow. */
export interface MeasuredMachines {
  name: string;
  runs: Record<MachineFlow, Measurement[]>;
  sent: Record<MachineFlow, SentCount | undefined>;
}

const WARM_UP_SECONDS = 3;
/** Device codes for each second of load: more than are asked for in it, so that hardly one waits for its turn. */
const CODES_PER_SECOND = 900;

/** The rivals of {@link measureMachines}, on one database each: applications in the settings, applications in the table. */
export async function startMachineRivals(serverUrl: string): Promise<Contender[]> {
  const [settings, stored] = [
    await createDatabase(serverUrl, 'rival_prepared'),
    await createDatabase(serverUrl, 'rival_registered'),
  ];
  const base = { adapter: 'table', prepared: true } as const;
  return [
    await rival('one-table adapter, prepared', { ...base, databaseUrl: settings, machines: 'in settings' }),
    await rival('one-table adapter, prepared, applications in the table', {
      ...base,
      databaseUrl: stored,
      machines: 'in table',
    }),
  ];
}

/**
 * Machine tokens and device polls, all contenders in turns, back and forth; then the statements of each.
 * @param databasePid of the PostgreSQL they share
 */
export async function measureMachines(
  contenders: readonly Contender[],
  options: {
    concurrencies: readonly number[];
    seconds: number;
    rounds: number;
    databasePid: number;
    say: (text: string) => void;
  },
): Promise<MeasuredMachines[]> {
  const { say } = options;
  const runs = await Promise.all(contenders.map(prepare));
  const codes = CODES_PER_SECOND * (options.seconds + 1);
  for (const { flows, poll } of runs) {
    await poll.refill(codes);
    const load = { concurrency: 8, seconds: 0, warmUpSeconds: WARM_UP_SECONDS };
    for (const name of MACHINE_FLOWS) await runLoad({ ...load, flow: flows[name] });
  }
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const concurrency of options.concurrencies) {
      for (const flow of MACHINE_FLOWS) {
        for (const { contender, flows, poll, measured } of round % 2 === 0 ? runs.toReversed() : runs) {
          if (flow === 'device poll') await poll.refill(codes);
          const trees = { server: contender.tree(), database: processTree(options.databasePid) };
          const load = { concurrency, seconds: options.seconds, warmUpSeconds: 1 };
          const result = await measure(flows[flow], load, trees);
          measured.runs[flow].push(result);
          const cpu = (result.serverCpu ?? Number.NaN) + (result.databaseCpu ?? 0);
          const wrong = result.errors > 0 ? `, ${result.errors} errors (${result.complaints[0]})` : '';
          say(
            `round ${round}: ${contender.name}, ${flow}, ${concurrency} at once: ${result.perSecond.toFixed(0)} per second, ${cpu.toFixed(0)} µs${wrong}`,
          );
        }
      }
    }
  }
  for (const { contender, flows, poll, measured } of runs) {
    say(`Counting the statements of ${contender.name} …`);
    await poll.refill(codes);
    await throughProxy(contender, async (count) => {
      for (const flow of MACHINE_FLOWS) measured.sent[flow] = await count(flows[flow]);
    });
  }
  await Promise.all(runs.map(async ({ close }) => close()));
  return runs.map(({ measured }) => measured);
}

interface Run {
  contender: Contender;
  flows: Record<MachineFlow, () => Promise<void>>;
  poll: ReturnType<typeof createDevicePoll>;
  measured: MeasuredMachines;
  close: () => Promise<void>;
}

async function prepare(contender: Contender): Promise<Run> {
  const { machines } = contender;
  if (machines === undefined) throw new Error(`${contender.name} has no machine applications`);
  const target = await discoverTarget(contender.issuer, { ...contender, redirectUri: REDIRECT, scope: 'openid' });
  const token = createMachineToken(target, machines);
  const poll = createDevicePoll(target, machines);
  return {
    contender,
    flows: { 'machine token': token.flow, 'device poll': poll.flow },
    poll,
    measured: {
      name: contender.name,
      runs: { 'machine token': [], 'device poll': [] },
      sent: { 'machine token': undefined, 'device poll': undefined },
    },
    close: async () => {
      await Promise.all([token.close(), poll.close()]);
    },
  };
}
