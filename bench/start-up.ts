import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startGatehouse } from '../demo/gatehouse/service-process.ts';
import { freePort } from '../demo/free-port.ts';
import { processTree } from './load/process-tree.ts';
import { median } from './measure.ts';

/** `gatehouse serve` on its embedded PostgreSQL, from the start of the process to its first answer. */
export interface StartUp {
  /** Empty data folder, nothing compiled: makes the database, too. Milliseconds. */
  coldMs: number;
  warmMs: number;
  /** Of the server process, 10 s after it was ready; without the database's processes. */
  residentMib: number | undefined;
  /** Of the cold one, which compiles for the first time. */
  coldResidentMib: number | undefined;
}

const SETTLES_MS = 10_000;

/** Measures cold and warm starts, the middle one of each counts; the warm ones are on the last folder of the cold ones. */
export async function measureStartUp(starts: { cold: number; warm: number }): Promise<StartUp> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const start = async (name: number): Promise<Start> => {
    const port = String(await freePort());
    await using service = await startGatehouse({
      settings: {
        PORT: port,
        GATEHOUSE_DATA: join(folder, `data-${name}`),
        NODE_COMPILE_CACHE: join(folder, `compiled-${name}`),
      },
    });
    const answer = await fetch(`${service.url}/readyz`);
    if (!answer.ok) throw new Error(`ready, it says, and answers ${answer.status}`);
    const ms = service.readyAfterMs;
    await pause(SETTLES_MS);
    return { ms, residentMib: processTree(service.pid).residentMib() };
  };
  try {
    const [cold, warm]: [Start[], Start[]] = [[], []];
    for (let count = 1; count <= starts.cold; count += 1) cold.push(await start(count));
    for (let count = 1; count <= starts.warm; count += 1) warm.push(await start(starts.cold));
    return {
      coldMs: median(cold.map(({ ms }) => ms)) ?? Number.NaN,
      coldResidentMib: median(cold.map(({ residentMib }) => residentMib)),
      warmMs: median(warm.map(({ ms }) => ms)) ?? Number.NaN,
      residentMib: median(warm.map(({ residentMib }) => residentMib)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Start {
  ms: number;
  residentMib: number | undefined;
}
