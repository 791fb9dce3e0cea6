import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import { largest } from './figures.ts';
import type { Figure } from './figures.ts';
import { lostOf, setUp, start, startLoad, write } from './installation.ts';
import type { Writer } from './installation.ts';
import { startLink } from './link.ts';

const AWAY_MS = 10_000;

/** The link to the database is cut (refused, reset), then goes silent (nothing passes), each for ten seconds. */
export async function databaseAway(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-database-'));
  const database = await openDatabase({ source: { dataFolder: join(folder, 'database') }, log: silentLog });
  const link = await startLink(new URL(database.ownerUrl));
  const service = await start({
    PORT: String(await freePort()),
    DATABASE_URL: link.url,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_DATA: join(folder, 'data'),
    LOG_LEVEL: 'silent',
  });
  const writer = await setUp(service);
  const figures: Figure[] = [];
  for (const [name, take] of [
    ['cut', link.cut],
    ['silent', link.silence],
  ] as const) {
    const load = startLoad(service.url, writer);
    await pause(1000);
    take();
    await pause(500);
    const asked = await askWhileAway(service.url, writer);
    await pause(AWAY_MS);
    link.heal();
    const wellAfter = await untilWritten(service.url, writer);
    await load.stop();
    const lost = await lostOf(database.ownerUrl, load.acknowledged);
    const answers = [...load.statuses].filter(([status]) => status !== 201).map(([status, n]) => `${n} × ${status}`);
    figures.push(
      { what: `${name}: a write meanwhile is answered with`, measured: asked.status, wanted: 503 },
      { what: `${name}: … after`, measured: `${asked.ms} ms` },
      { what: `${name}: refusals under load`, measured: answers.join(', ') || 'none' },
      { what: `${name}: writes work again after`, measured: `${largest([wellAfter])} ms` },
      { what: `${name}: acknowledged writes lost`, measured: lost.length, wanted: 0 },
    );
  }
  await service.stop();
  await link.stop();
  await database.close();
  await rm(folder, { recursive: true });
  return figures;
}

async function askWhileAway(url: string, writer: Writer): Promise<{ status: number; ms: number }> {
  const began = performance.now();
  const status = await write(url, writer, 'Contoso, while the database is away');
  return { status, ms: Math.round(performance.now() - began) };
}

/** Milliseconds until a write is acknowledged. */
async function untilWritten(url: string, writer: Writer): Promise<number> {
  const began = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    if ((await write(url, writer, `Fabrikam ${began} ${attempt}`)) === 201) return performance.now() - began;
    await pause(50);
  }
}
