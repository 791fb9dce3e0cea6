import { copyFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startGatehouseUnderLoad } from '../../../bench/gatehouse.ts';
import { createPlannedLogin } from '../../../bench/load/planned-login.ts';
import { discoverTarget } from '../../../bench/load/target.ts';
import { toolsOf } from '../../../bench/rivals/gatehouse-tools.ts';
import { silentLog } from '../../../src/base/log.ts';
import { openDatabase } from '../../../src/db/open-database.ts';
import { projectFolder } from '../../../tools/project.ts';
import { gatehouse } from '../../support/command-line.ts';
import { median } from '../figures.ts';
import type { Figure } from '../figures.ts';
import { killEverything } from '../installation.ts';

const RATE = 20;
const MOST_AT_ONCE = 100;
/** A segment is archived within a minute after the first write to it, and this much later it has arrived. */
const ARCHIVED_MS = 75_000;
const REDIRECT = 'http://127.0.0.1:9/callback';

/** When a login was begun, and when its application had the tokens; epoch milliseconds. */
interface Login {
  begunAt: number;
  acknowledgedAt: number;
}

/**
 * Logins at an identity provider, 20 a second, while the log is archived; a backup is made meanwhile; then everything is killed
 * and the data folder removed. On a new machine the database is restored to a moment between the backup and the loss, and once more to
 * the end of the log.
 */
export async function loseMachine(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-lost-'));
  const [data, wal, file] = ['gatehouse', 'wal', 'base.tar.zst'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await command(data, 'backup', '--wal', wal);
  const running = await startGatehouseUnderLoad({
    tools: await toolsOf(projectFolder),
    // Empty counts as not set: the embedded database.
    databaseUrl: '',
    masterKey: '',
    folder,
    redirectUri: REDIRECT,
  });
  const target = await discoverTarget(running.issuer, {
    ...running.application,
    redirectUri: REDIRECT,
    scope: 'openid',
  });
  const planned = createPlannedLogin(target, running.plan);
  const before = await finishedLogins(data);
  const load = startLogins(planned.flow);
  await pause(5000);
  const backupBegan = Date.now();
  await running.service.command('backup', file);
  const backupMs = Date.now() - backupBegan;
  await pause(5000);
  const moment = new Date();
  await pause(ARCHIVED_MS);
  const killedAt = Date.now();
  await killEverything(running.service, data);
  await load.stop();
  await planned.close();
  await running.service.ended;
  await running.stop();
  await copyFile(join(data, 'master.key'), join(folder, 'master.key'));
  await rm(data, { recursive: true });

  const toMoment = await restored(folder, 'to', [file, '--wal', wal, '--to', moment.toISOString()]);
  const toEnd = await restored(folder, 'end', [file, '--wal', wal]);
  const logins = load.logins;
  const of = (until: number, part: keyof Login): number => logins.filter((login) => login[part] < until).length;
  const [atMoment, atEnd] = [toMoment.logins - before, toEnd.logins - before];
  const end = Date.parse(toEnd.lastCommit);
  const seconds = (logins.at(-1)?.begunAt ?? 0) - (logins[0]?.begunAt ?? 0);
  const figures = [
    { what: 'logins acknowledged', measured: logins.length },
    { what: 'of them a second', measured: (logins.length / (seconds / 1000)).toFixed(1) },
    { what: 'logins refused or broken before the loss', measured: load.failedBefore(killedAt), wanted: 0 },
    { what: 'a login took, median', measured: `${median(logins.map((one) => one.acknowledgedAt - one.begunAt))} ms` },
    { what: 'the backup took, under these logins', measured: `${(backupMs / 1000).toFixed(1)} s` },
    { what: 'acknowledged before the moment', measured: of(moment.getTime(), 'acknowledgedAt') },
    { what: 'restored to the moment', measured: atMoment },
    {
      what: 'acknowledged before it and missing',
      measured: Math.max(0, of(moment.getTime(), 'acknowledgedAt') - atMoment),
      wanted: 0,
    },
    {
      what: 'begun after it and there',
      measured: Math.max(0, atMoment - of(moment.getTime(), 'begunAt')) + toMoment.after(moment),
      wanted: 0,
    },
    { what: 'the restore to the moment took', measured: `${toMoment.seconds.toFixed(1)} s` },
    { what: 'restored to the end of the log', measured: atEnd },
    {
      what: 'acknowledged before its last change and missing',
      measured: Math.max(0, of(end, 'acknowledgedAt') - atEnd),
      wanted: 0,
    },
    { what: 'lost with the machine', measured: `${((killedAt - end) / 1000).toFixed(1)} s` },
    { what: 'of that more than 60 s', measured: killedAt - end > 60_000 ? 'yes' : 'no', wanted: 'no' },
    { what: 'files of archived log, and their size', measured: await sizeOf(wal) },
  ];
  await rm(folder, { recursive: true });
  return figures;
}

/** Begins logins at a fixed rate until it is stopped. */
function startLogins(flow: () => Promise<void>) {
  const logins: Login[] = [];
  const failed: number[] = [];
  const going = new Set<Promise<void>>();
  let stopped = false;
  const work = (async (): Promise<void> => {
    const start = Date.now();
    for (let number = 0; !stopped; number += 1) {
      const early = start + (number * 1000) / RATE - Date.now();
      if (early > 0) await pause(early);
      if (going.size >= MOST_AT_ONCE) await Promise.race(going);
      const begunAt = Date.now();
      const one = flow()
        .then(
          () => void logins.push({ begunAt, acknowledgedAt: Date.now() }),
          (error: unknown) => {
            failed.push(Date.now());
            if (failed.length === 1) console.error(error);
          },
        )
        .finally(() => going.delete(one));
      going.add(one);
    }
    await Promise.all(going);
  })();
  return {
    logins,
    failedBefore: (moment: number) => failed.filter((at) => at < moment).length,
    async stop() {
      stopped = true;
      await work;
    },
  };
}

interface Restored {
  logins: number;
  /** How many finished after a moment. */
  after(moment: Date): number;
  lastCommit: string;
  seconds: number;
}

/** Restores on a machine that has the master key and the files alone, and counts the logins that are there. */
async function restored(folder: string, name: string, words: string[]): Promise<Restored> {
  const data = join(folder, name);
  await mkdir(data, { mode: 0o700 });
  await copyFile(join(folder, 'master.key'), join(data, 'master.key'));
  const began = Date.now();
  const { lastCommit } = await command(data, 'restore', ...words);
  const seconds = (Date.now() - began) / 1000;
  const times = await loginTimes(data);
  return {
    logins: times.length,
    after: (moment) => times.filter((at) => at > moment).length,
    lastCommit: String(lastCommit),
    seconds,
  };
}

async function finishedLogins(data: string): Promise<number> {
  return (await loginTimes(data)).length;
}

async function loginTimes(dataFolder: string): Promise<Date[]> {
  await using database = await openDatabase({ source: { dataFolder }, log: silentLog, poolSize: 1 });
  const rows = await database.db
    .selectFrom('auditEvent')
    .select('occurredAt')
    .where('kind', '=', 'login.finished')
    .execute();
  return rows.map(({ occurredAt }) => occurredAt);
}

async function command(data: string, ...words: string[]): Promise<Record<string, unknown>> {
  const { out, err } = await gatehouse([...words, '--json'], { GATEHOUSE_DATA: data });
  if (out === '') throw new Error(`gatehouse ${words.join(' ')}: ${err}`);
  return JSON.parse(out) as Record<string, unknown>;
}

async function sizeOf(wal: string): Promise<string> {
  const names = await readdir(wal, { recursive: true });
  const sizes = await Promise.all(
    names.filter((name) => name.endsWith('.gz')).map(async (name) => stat(join(wal, name))),
  );
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  return `${sizes.length}, ${(bytes / 1e6).toFixed(1)} MB`;
}
