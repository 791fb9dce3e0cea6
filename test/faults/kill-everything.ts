import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { largest, median } from './figures.ts';
import type { Figure } from './figures.ts';
import { embeddedUrl, killEverything, lostOf, setUp, start, startLoad } from './installation.ts';
import type { Settings, Writer } from './installation.ts';

const LOADED_MS = 2000;
const STARTING_MS = 1200;

/**
 * `kill -9` of service and database at random moments: three of four while eight at once write, the fourth while it
 * starts. After each the service must start again, with every write that was acknowledged.
 */
export async function killEverythingAgain(rounds: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-kill-'));
  const data = join(folder, 'data');
  const settings: Settings = { GATEHOUSE_DATA: data, PORT: String(await freePort()) };
  const refused: string[] = [];
  const startsMs: number[] = [];
  const acknowledged: string[] = [];
  let [kills, lost] = [0, 0];

  const first = await start(settings);
  const writer: Writer = await setUp(first);
  let running = first;
  for (let round = 1; round <= rounds; round += 1) {
    if (round % 4 === 0) {
      await killEverything(running, data);
      await running.ended;
      const starting = start(settings).catch(() => undefined);
      await pause(Math.random() * STARTING_MS);
      await killStarting(data);
      kills += 2;
      const started = await starting;
      if (started !== undefined) await killEverything(started, data);
      await started?.ended;
    } else {
      const load = startLoad(running.url, writer);
      await pause(Math.random() * LOADED_MS);
      await killEverything(running, data);
      kills += 1;
      await running.ended;
      await load.stop();
      acknowledged.push(...load.acknowledged);
    }
    try {
      running = await start(settings);
    } catch (error) {
      refused.push(error instanceof Error ? error.message : String(error));
      running = await start(settings);
    }
    startsMs.push(running.readyAfterMs);
    lost = (await lostOf(await embeddedUrl(data), acknowledged)).length;
    console.error(
      `round ${round} of ${rounds}, ${kills} kills: ${acknowledged.length} acknowledged, ${lost} lost, ${refused.length} refused`,
    );
  }
  await running.stop();
  const zombies = await countZombies();
  await rm(folder, { recursive: true });
  return [
    { what: 'kills', measured: kills },
    { what: 'zombies nobody collected at the end', measured: zombies },
    { what: 'writes acknowledged', measured: acknowledged.length },
    { what: 'acknowledged writes lost', measured: lost, wanted: 0 },
    { what: `starts refused${refused.length > 0 ? ` (${refused[0]})` : ''}`, measured: refused.length, wanted: 0 },
    { what: 'ready again after, median / most', measured: `${median(startsMs)} / ${largest(startsMs)} ms` },
  ];
}

/** Kills a service that has not said yet that it is ready: the holder of the lock, if it came so far, and its database. */
async function killStarting(data: string): Promise<void> {
  const lock = await readFile(join(data, 'serve.lock'), 'utf8').catch(() => '{}');
  const { pid = 0 } = JSON.parse(lock === '' ? '{}' : lock) as { pid?: number };
  if (pid > 0 && (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('serve')) {
    await killEverything({ pid }, data);
  }
}

async function countZombies(): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map(async (pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.filter((stat) => /\) Z /.test(stat)).length;
}
