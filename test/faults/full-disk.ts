import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { gatehouse } from '../support/command-line.ts';
import type { Figure } from './figures.ts';
import { embeddedUrl, lostOf, setUp, start, startLoad } from './installation.ts';

const PATIENCE_MS = 60_000;

/** On small disks of our own (tmpfs): a first start without room, one that may not write, a disk that fills up under load. */
export async function fullDisk(): Promise<Figure[]> {
  return [
    { what: 'first start on a disk of 20 MB', measured: await refusalOn('size=20m'), wanted: 'data.full' },
    { what: 'first start on a read-only disk', measured: await refusalOn('size=20m,ro'), wanted: 'data.folder' },
    ...(await fillUp()),
  ];
}

async function mounted<T>(options: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  try {
    return await work(folder);
  } finally {
    execFileSync('umount', ['--lazy', folder]);
    await rm(folder, { recursive: true });
  }
}

async function refusalOn(options: string): Promise<string> {
  return mounted(options, async (folder) => {
    const settings = { GATEHOUSE_DATA: join(folder, 'data'), PORT: String(await freePort()) };
    const { err } = await gatehouse(['serve', '--json'], settings);
    const { error } = JSON.parse(err) as { error: { code: string; message: string } };
    console.error(error.message);
    return error.code;
  });
}

async function fillUp(): Promise<Figure[]> {
  return mounted('size=300m', async (folder) => {
    const data = join(folder, 'data');
    const service = await start({ GATEHOUSE_DATA: data, PORT: String(await freePort()) });
    const writer = await setUp(service);
    const load = startLoad(service.url, writer);
    await pause(1000);
    const filler = join(folder, 'filler');
    await fill(filler);
    const unreadyAfter = await until(service.url, 503);
    const refusedBefore = load.statuses.get(201) ?? 0;
    await pause(5000);
    const during = (load.statuses.get(201) ?? 0) - refusedBefore;
    await rm(filler);
    const readyAfter = await until(service.url, 200);
    await pause(1000);
    await load.stop();
    const lost = await lostOf(await embeddedUrl(data), load.acknowledged);
    await service.stop();
    const answers = [...load.statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
    return [
      { what: 'unready after the disk was full', measured: `${unreadyAfter} ms` },
      { what: 'writes acknowledged in five seconds of a full disk', measured: during },
      { what: 'ready after there is room again', measured: `${readyAfter} ms` },
      { what: 'answers under load', measured: answers },
      { what: 'acknowledged writes lost', measured: lost.length, wanted: 0 },
    ];
  });
}

async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const size of [1_000_000, 4096]) {
      const block = Buffer.alloc(size);
      while (
        await file.write(block).then(
          ({ bytesWritten }) => bytesWritten === size,
          () => false,
        )
      );
    }
  } finally {
    await file.close();
  }
}

/** Milliseconds until `/readyz` answers with this status; "never" after a minute. */
async function until(url: string, wanted: number): Promise<number | 'never'> {
  const began = performance.now();
  while (performance.now() - began < PATIENCE_MS) {
    const status = await fetch(`${url}/readyz`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === wanted) return Math.round(performance.now() - began);
    await pause(200);
  }
  return 'never';
}
