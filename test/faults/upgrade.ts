import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../demo/free-port.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { readLogical } from '../../src/backup/logical/read-logical.ts';
import { finishRestore, loadLogical } from '../../src/backup/logical/restore-logically.ts';
import { readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import { projectFolder } from '../../tools/project.ts';
import type { Figure } from './figures.ts';
import { embeddedUrl, lostOf, setUp, start, startLoad, write } from './installation.ts';
import type { Settings } from './installation.ts';
import { fetchOldPrograms } from './old-folder.ts';
import type { OldPrograms } from './old-folder.ts';

/**
 * The PostgreSQL that Gatehouse brings becomes another one: an installation whose database is of PostgreSQL 17 is refused by
 * `serve`, moved by `gatehouse database upgrade`, which is killed and refused before, and serves on with its tokens.
 */
export async function upgradePostgres(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-upgrade-'));
  const settings: Settings = {
    GATEHOUSE_DATA: join(folder, 'data'),
    PORT: String(await freePort()),
  };
  try {
    await using programs = await fetchOldPrograms();
    return await inFolder(folder, settings, programs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function inFolder(folder: string, settings: Settings, programs: OldPrograms): Promise<Figure[]> {
  const data = join(folder, 'data');
  const service = await start(settings);
  const writer = await setUp(service);
  const load = startLoad(service.url, writer);
  while (load.acknowledged.length < 200) await pause(50);
  await load.stop();
  await service.command('backup', join(folder, 'rows'), '--logical');
  await service.stop();
  await makeOld(data, join(folder, 'rows'), programs);

  const environment = settings;
  const refused = await gatehouse(environment, ['serve'], REFUSED_WITHIN_MS);
  const noNpm = await gatehouse({ ...environment, PATH: '/nowhere' }, ['database', 'upgrade']);
  const other = await gatehouse(environment, ['database', 'upgrade', '--programs', '/usr/sbin']);
  const upgrade = ['database', 'upgrade', '--programs', programs.folder];
  const whole = await timeOnCopy(environment, data, upgrade);
  let killed = 0;
  for (const share of [0.15, 0.3, 0.45, 0.6, 0.75]) {
    const ran = await gatehouse(environment, upgrade, whole * share);
    if (ran.code === null) killed += 1;
  }
  const untouched = await gatehouse(environment, ['serve'], REFUSED_WITHIN_MS);
  const began = performance.now();
  const moved = await gatehouse(environment, ['database', 'upgrade']);
  const seconds = Math.round((performance.now() - began) / 1000);
  const again = await gatehouse(environment, ['database', 'upgrade']);
  const left = (await readdir(data)).filter((name) => /upgrade|restore|\.part$/.test(name));
  const aside = (await readdir(data)).filter((name) => name.startsWith('postgres.before-'));

  const after = await start(environment);
  const status = await write(after.url, writer, 'Contoso after the move');
  const lost = await lostOf(await embeddedUrl(data), load.acknowledged);
  const audit = await after.command('audit', 'verify');
  await after.stop();
  const says = (told: Ran, words: string): string => (told.said.includes(words) ? words : told.said.slice(0, 200));
  return [
    figure(
      '`serve` on it',
      says(refused, '“gatehouse database upgrade” moves the data'),
      '“gatehouse database upgrade” moves the data',
    ),
    figure('`database upgrade` without npm', says(noNpm, 'npm is not on the path'), 'npm is not on the path'),
    figure('with a folder that has no such programs', says(other, 'could not be had'), 'could not be had'),
    { what: '`kill -9` in the middle of it', measured: `${killed} times of 5` },
    figure('`serve` after that', says(untouched, 'was made by PostgreSQL 17'), 'was made by PostgreSQL 17'),
    figure('`database upgrade`', says(moved, 'Moved from PostgreSQL 17 to 18'), 'Moved from PostgreSQL 17 to 18'),
    { what: 'seconds, npm included', measured: seconds },
    figure('once more', says(again, 'there is nothing to move'), 'there is nothing to move'),
    figure('files left over', left.join(', ') || 'none', 'none'),
    figure('the folder of before', aside.length, 2),
    figure('a token from before, afterwards', status, 201),
    figure('acknowledged writes lost', lost.length, 0),
    figure('audit log as it was sealed', audit['good'] === true ? 'yes' : JSON.stringify(audit), 'yes'),
  ];
}

function figure(what: string, measured: string | number, wanted: string | number): Figure {
  return { what, measured, wanted };
}

/** Puts the rows of a backup into a database of PostgreSQL 17, in the place of the one that is there. */
async function makeOld(data: string, file: string, programs: OldPrograms): Promise<void> {
  const made = `${data}.18`;
  await rename(data, made);
  await mkdir(data, { mode: 0o700 });
  await copyFile(join(made, 'master.key'), join(data, 'master.key'));
  const source = { dataFolder: data, programs: programs.folder };
  await using database = await openDatabase({ source, log: silentLog, poolSize: 2 });
  await loadLogical({ database, clock: systemClock, migrations: await readMigrations() }, await readLogical(file));
  await finishRestore({ database });
}

/** How long the upgrade takes here, in milliseconds: of a copy, so that it can be killed before its end. */
async function timeOnCopy(settings: Settings, data: string, upgrade: readonly string[]): Promise<number> {
  const copy = `${data}.copy`;
  await promisify(execFile)('cp', ['-a', data, copy]);
  const began = performance.now();
  await gatehouse({ ...settings, GATEHOUSE_DATA: copy }, upgrade);
  return performance.now() - began;
}

/** A start that is refused ends by itself; one that is not is ended. */
const REFUSED_WITHIN_MS = 30_000;

interface Ran {
  /** Null when it was killed. */
  code: number | null;
  said: string;
}

async function gatehouse(settings: Settings, words: readonly string[], killAfterMs?: number): Promise<Ran> {
  return new Promise((resolve) => {
    const launcher = join(projectFolder, 'gatehouse');
    const options = {
      env: { ...process.env, ...settings },
      ...(killAfterMs === undefined ? {} : { timeout: Math.round(killAfterMs), killSignal: 'SIGKILL' as const }),
    };
    const child = execFile(process.execPath, [launcher, ...words], options, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code: child.exitCode ?? code, said: `${out}\n${err}` });
    });
  });
}
