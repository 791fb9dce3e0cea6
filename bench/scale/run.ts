/**
 * Every list and search of the API on a small and on a large database, measured in turns: writes docs/reference/lists.md.
 *
 *   node bench/scale/run.ts --organizations 10000 --users 1000000
 *
 *   --organizations N  of the large database, default 10,000; the small one has 100
 *   --users N          default 1,000,000, a fifth of them in one organization; the small one has 1,000
 *   --folder FOLDER    where both databases are made, and kept for the next run; a temporary one that is removed without it
 *   --rounds N         default 25
 *   --only WORD        lists whose name has it; printed, not written
 *   --explain          prints the dearest statement of each request with its plan
 *   --print            prints the page instead of writing it
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createApp } from '../../src/app.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { readConfig } from '../../src/config.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import { createLogger } from '../../src/http/logger.ts';
import { projectFolder } from '../../tools/project.ts';
import { listsPage } from './lists-page.ts';
import { measureLists, noteStatements } from './measure-lists.ts';
import type { Ground } from './measure-lists.ts';
import { createProcessorClock } from './processor-time.ts';
import { fill } from './seed.ts';
import type { Amount, Filled } from './seed.ts';

const { values } = parseArgs({
  options: {
    organizations: { type: 'string', default: '10000' },
    users: { type: 'string', default: '1000000' },
    folder: { type: 'string' },
    rounds: { type: 'string', default: '25' },
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
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function prepareGround(folder: string, amount: Amount): Promise<Ground & AsyncDisposable> {
  const database = await openDatabase({
    source: { dataFolder: folder, settings: { shared_buffers: '1GB', max_wal_size: '4GB' } },
    log: silentLog,
  });
  await migrate({ database, clock: systemClock }, await readMigrations());
  const kept = join(folder, 'filled.json');
  if (!existsSync(kept)) await writeFile(kept, JSON.stringify(await fill(database, amount, say)));
  const filled = JSON.parse(await readFile(kept, 'utf8')) as Filled;
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
  await using small = await prepareGround(join(folder, 'small'), SMALL);
  await using large = await prepareGround(join(folder, 'large'), LARGE);
  const figures = await measureLists({ small, large }, { rounds: Number(values.rounds), only: values.only, said: say });
  if (values.explain) for (const { route, what, explained } of figures) say(`\n== ${route}, ${what}\n${explained}`);
  if (values.only === undefined) {
    const page = listsPage(figures, { small: SMALL, large: LARGE });
    if (values.print) process.stdout.write(page);
    else await writeFile(join(projectFolder, 'docs/reference/lists.md'), page);
  }
} finally {
  if (values.folder === undefined) await rm(folder, { recursive: true, force: true });
}
