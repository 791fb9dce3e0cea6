import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../demo/free-port.ts';
import { startExternalPostgres } from '../../support/external-postgres.ts';
import type { Figure } from '../figures.ts';
import { countReasons, LOGIN_SETTINGS, setUpForLogins, startLogins } from '../ground/logins.ts';
import { watch } from '../ground/watch.ts';
import { lostOf, start, startLoad } from '../installation.ts';

const MEBIBYTE = 1024 * 1024;
const LIMIT = 256;
const LOAD_MS = 30_000;
/** MiB of V8's old space: what the limit leaves beside the rest (code, buffers, Argon2). */
const OLD_SPACE = 96;

/** A group of processes with a limit of memory that the kernel keeps. */
interface MemoryGroup {
  /** Runs what starts processes, which are in the group from their beginning. */
  within<T>(work: () => Promise<T>): Promise<T>;
  /** Most bytes it held. */
  most(): number;
  /** How often something in it was killed for want of memory; undefined where the kernel does not tell. */
  kills(): number | undefined;
  remove(): void;
}

/** Makes one by cgroups of version 1 or 2; undefined where neither may be written. */
function makeMemoryGroup(bytes: number): MemoryGroup | undefined {
  const name = `gatehouse-faults-${process.pid}`;
  for (const [root, limit, most, events] of [
    ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes', 'memory.max_usage_in_bytes', 'memory.oom_control'],
    ['/sys/fs/cgroup', 'memory.max', 'memory.peak', 'memory.events'],
  ] as const) {
    const folder = join(root, name);
    try {
      mkdirSync(folder);
    } catch {
      continue;
    }
    if (!existsSync(join(folder, limit))) {
      rmdirSync(folder);
      continue;
    }
    writeFileSync(join(folder, limit), String(bytes));
    return {
      // Memory counts for the group that a process is in when it takes it; children begin in their parent's.
      async within(work) {
        writeFileSync(join(folder, 'cgroup.procs'), String(process.pid));
        try {
          return await work();
        } finally {
          writeFileSync(join(root, 'cgroup.procs'), String(process.pid));
        }
      },
      most: () => Number(readFileSync(join(folder, most), 'utf8')),
      kills() {
        const count = /^oom_kill (\d+)$/m.exec(readFileSync(join(folder, events), 'utf8'))?.[1];
        return count === undefined ? undefined : Number(count);
      },
      remove: () => rmdirSync(folder),
    };
  }
  return undefined;
}

/** The service alone, its database elsewhere, in 256 MiB, under logins and writes. */
export async function smallMemory(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-memory-'));
  await using server = await startExternalPostgres();
  const group = makeMemoryGroup(LIMIT * MEBIBYTE);
  const settings = {
    ...LOGIN_SETTINGS,
    PORT: String(await freePort()),
    DATABASE_URL: server.url,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_DATA: folder,
    LOG_LEVEL: 'silent',
    NODE_OPTIONS: `--max-old-space-size=${OLD_SPACE}`,
  };
  const service = await (group === undefined ? start(settings) : group.within(async () => start(settings)));
  let ended = false;
  void service.ended.then(() => (ended = true));
  await using ground = await setUpForLogins(service);
  const watched = watch(service.pid);
  const logins = startLogins(ground, { atOnce: 12, pauseMs: 0, every: 4 });
  const load = startLoad(service.url, ground.writer);
  await pause(LOAD_MS);
  await Promise.all([logins.stop(), load.stop()]);
  const databaseUrl = Object.assign(new URL(server.superuserUrl), { pathname: new URL(server.url).pathname }).href;
  const lost = await lostOf(databaseUrl, load.acknowledged);
  const held = await watched.end();
  const figures: Figure[] = [
    { what: 'kept by', measured: group === undefined ? 'nobody: no cgroup may be made here' : 'a cgroup' },
    { what: 'the service was killed or ended', measured: ended ? 'yes' : 'no', wanted: 'no' },
    {
      what: `logins within ${LOAD_MS / 1000} seconds, of these from nothing`,
      measured: `${logins.done()}, ${logins.whole()}`,
    },
    { what: `logins failed (${countReasons(logins.failed)})`, measured: logins.failed.length, wanted: 0 },
    { what: 'slowest login', measured: `${logins.slowest()} ms` },
    { what: 'writes acknowledged', measured: load.acknowledged.length },
    { what: 'acknowledged writes lost', measured: lost.length, wanted: 0 },
    ...(group === undefined
      ? []
      : [
          { what: 'the group held at most', measured: `${Math.round(group.most() / MEBIBYTE)} MiB` },
          { what: 'killed by the kernel', measured: group.kills() ?? 'not told' },
        ]),
    ...held,
  ];
  await service.stop();
  group?.remove();
  await rm(folder, { recursive: true });
  return figures;
}
