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

/** Measures on a folder of its own: once cold, then warm starts, the middle one counts. */
export async function measureStartUp(warmStarts: number): Promise<StartUp> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const start = async (): Promise<{ ms: number; residentMib: number | undefined }> => {
    const port = String(await freePort());
    await using service = await startGatehouse({
      settings: {
        PORT: port,
        GATEHOUSE_DATA: join(folder, 'data'),
        NODE_COMPILE_CACHE: join(folder, 'compiled'),
      },
    });
    const answer = await fetch(`${service.url}/readyz`);
    if (!answer.ok) throw new Error(`ready, it says, and answers ${answer.status}`);
    const ms = service.readyAfterMs;
    await pause(SETTLES_MS);
    return { ms, residentMib: processTree(service.pid).residentMib() };
  };
  try {
    const cold = await start();
    const warm = [];
    for (let count = 0; count < warmStarts; count += 1) warm.push(await start());
    return {
      coldMs: cold.ms,
      coldResidentMib: cold.residentMib,
      warmMs: median(warm.map(({ ms }) => ms)) ?? Number.NaN,
      residentMib: median(warm.map(({ residentMib }) => residentMib)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
