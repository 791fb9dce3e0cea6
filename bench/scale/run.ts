/**
 * Every list and search of the API, and a login that asks nothing, on a small and on a large database, measured in turns: writes
 * docs/reference/lists.md. Needs `dist/` (`npm run build`); with a million users 12 GB of disk, 4 GB of memory, and on a quiet
 * machine half an hour.
 *
 *   node bench/scale/run.ts --organizations 10000 --users 1000000
 *
 *   --organizations N  of the large database, default 10,000; the small one has 100
 *   --users N          default 1,000,000, a fifth of them in one organization; the small one has 1,000
 *   --folder FOLDER    where both databases are made, and kept for the next run; a temporary one that is removed without it
 *   --rounds N         of each list, default 25
 *   --logins N         rounds of the login, default 7; 0 leaves it out
 *   --minutes N        ends after so long, default 120, and writes nothing then
 *   --only WORD        lists whose name has it, or `silent`: the login alone; printed, not written
 *   --explain          prints the dearest statement of each request with its plan
 *   --print            prints the page instead of writing it
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createApp } from '../../src/app.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { readConfig } from '../../src/config.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { createLogger } from '../../src/http/logger.ts';
import { projectFolder } from '../../tools/project.ts';
import { listsPage } from './lists-page.ts';
import { measureLists, noteStatements } from './measure-lists.ts';
import type { Ground } from './measure-lists.ts';
import { createProcessorClock } from './processor-time.ts';
import { fill } from './seed.ts';
import type { Amount, Filled } from './seed.ts';
import { measureSilentLogins } from './silent-logins.ts';

const { values } = parseArgs({
  options: {
    organizations: { type: 'string', default: '10000' },
    users: { type: 'string', default: '1000000' },
    folder: { type: 'string' },
    rounds: { type: 'string', default: '25' },
    logins: { type: 'string', default: '7' },
    minutes: { type: 'string', default: '120' },
    only: { type: 'string' },
    explain: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
  },
});

const SMALL: Amount = { organizations: 100, users: 1000, largest: 200 };
const LARGE: Amount = {
  organizations: Number(values.organizations),
  users: Number(values.users),
  largest: Math.round(Number(values.users) / 5),
};
const MASTER_KEY = Buffer.alloc(32, 7);
const began = performance.now();
const say = (line: string): void => {
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stderr.write(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} ${line}\n`);
};
/** The databases are processes of their own, so whatever ends this run has to end them as well. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stop.abort(new Error(`ended by ${signal}`)));
}
const deadline = setTimeout(
  () => stop.abort(new Error(`not done after ${values.minutes} minutes`)),
  Number(values.minutes) * 60_000,
).unref();

/** Fills the database of a folder, unless it was filled by a run before. */
async function filledWith(folder: string, database: OpenDatabase, amount: Amount): Promise<Filled> {
  await migrate({ database, clock: systemClock }, await readMigrations());
  const kept = join(folder, 'filled.json');
  if (existsSync(kept)) {
    const { filled, ...before } = JSON.parse(await readFile(kept, 'utf8')) as { amount: Amount; filled: Filled };
    if (JSON.stringify(before.amount) === JSON.stringify(amount)) return filled;
    throw new Error(`${folder} is filled with ${JSON.stringify(before.amount)}: name another folder, or remove it`);
  }
  say(`filling ${folder}: ${amount.organizations} organizations, ${amount.users} users`);
  const filled = await fill(database, amount, say, stop.signal);
  await writeFile(kept, JSON.stringify({ amount, filled }));
  return filled;
}

async function prepareGround(folder: string, amount: Amount, memory: string): Promise<Ground & AsyncDisposable> {
  stop.signal.throwIfAborted();
  const database = await openDatabase({
    source: { dataFolder: folder, settings: { shared_buffers: memory, max_wal_size: '4GB' } },
    log: silentLog,
  });
  const filled = await filledWith(folder, database, amount).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const config = readConfig({
    GATEHOUSE_URL: 'http://localhost:3000',
    DATABASE_URL: database.url,
    GATEHOUSE_DATA: join(folder, 'data'),
    GATEHOUSE_MASTER_KEY: MASTER_KEY.toString('base64'),
    LOG_LEVEL: 'silent',
  });
  const secrets = createSecretBox([MASTER_KEY]);
  const app = await createApp({ config, database, secrets, clock: systemClock, log: createLogger(config.logLevel) });
  await app.jobs.stop(); // nothing else is measured
  return {
    app,
    database,
    dataFolder: join(folder, 'data'),
    filled,
    databaseTime: createProcessorClock(folder),
    async [Symbol.asyncDispose]() {
      await app.close();
      await database.close();
    },
  };
}

noteStatements();
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'gatehouse-scale-')));
try {
  const loadBefore = loadavg()[0] ?? 0;
  await using small = await prepareGround(join(folder, 'small'), SMALL, '128MB');
  await using large = await prepareGround(join(folder, 'large'), LARGE, '1GB');
  const { signal } = stop;
  const logins = { rounds: Number(values.logins), masterKey: MASTER_KEY.toString('base64'), said: say, signal };
  const asked = logins.rounds > 0 && (values.only === undefined || values.only === 'silent');
  const silent = asked ? await measureSilentLogins({ small, large }, logins) : undefined;
  const figures = await measureLists(
    { small, large },
    { rounds: Number(values.rounds), only: values.only, said: say, signal },
  );
  if (values.explain) for (const { route, what, explained } of figures) say(`\n== ${route}, ${what}\n${explained}`);
  if (values.only === undefined) {
    const page = listsPage(
      { figures, silent },
      { small: SMALL, large: LARGE, rounds: Number(values.rounds), loadBefore },
    );
    if (values.print) process.stdout.write(page);
    else await writeFile(join(projectFolder, 'docs/reference/lists.md'), page);
  }
} finally {
  clearTimeout(deadline);
  if (values.folder === undefined) await rm(folder, { recursive: true, force: true });
}
