/**
 * Chooses the test files that run on the second database as well: few, that together send every statement of all.
 *
 *   node tools/statement-cover.ts            runs every test that reaches a database once, on the embedded one
 *   node tools/statement-cover.ts FOLDER     takes what a run with STATEMENTS_FOLDER wrote there, and its JSON report `report`
 *
 * Each file writes down which statements it sends (`test/support/record-statements.ts`); it leaves those files out (`tools/covered-by-others.json`) whose every statement is sent by a file that stays. What was not there
 * then runs on both; so do files about what happens at once, since locks are the other half of a database.
 */
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { COVERED_BY_OTHERS, mustRunOnBoth, reachingDatabase } from './database-tests.ts';
import { projectFolder, run } from './project.ts';

interface Sent {
  readonly file: string;
  readonly statements: readonly string[];
}

/** A file that says how long it took; others count as this, milliseconds. */
const UNKNOWN_DURATION = 10_000;

/** Of every test that reaches a database: which statements it sends, and how long it takes (`report`). */
async function record(folder: string): Promise<void> {
  const projects = ['unit', 'flows', 'attacks', 'browser'].flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${join(folder, 'report')}`];
  const { code } = await run('vitest', ['run', ...projects, ...reporters, ...reachingDatabase()], {
    inherit: true,
    environment: { STATEMENTS_FOLDER: folder },
  });
  if (code === 0) return;
  console.error('Tests failed: what they send is not all they would. Nothing was written.');
  process.exit(1);
}

const [recorded] = process.argv.slice(2);
const folder = recorded ?? (await mkdtemp(join(tmpdir(), 'gatehouse-statements-')));
if (recorded === undefined) await record(folder);
const sent = await Promise.all(
  globSync('*.json', { cwd: folder }).map(
    async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Sent,
  ),
);
/** What may differ between versions of PostgreSQL; a statement about one table with none of it does not. */
const WORTH =
  /\b(join|with|exists|case|lateral|conflict|any|all|array|jsonb?|union|group|over|for (no key )?update|for share|skip locked|distinct|unnest|generate_series|collate|partition|lock|grant|role|set_config)\b|->|@>|\|\||::|\bpg_/i;

const reaching = new Set(reachingDatabase());
const { testResults } = JSON.parse(await readFile(join(folder, 'report'), 'utf8')) as {
  testResults: { name: string; startTime: number; endTime: number }[];
};
const durations = new Map(
  testResults.map(({ name, startTime, endTime }) => [relative(projectFolder, name), endTime - startTime]),
);
if (recorded === undefined) await rm(folder, { recursive: true });

const left = new Map(
  sent
    .filter(({ file }) => reaching.has(file))
    .map(({ file, statements }) => [file, new Set(statements.filter((each) => WORTH.test(each)))]),
);
const missing = new Set([...left.values()].flatMap((statements) => [...statements]));
const total = missing.size;
const chosen: string[] = [];
const choose = (file: string): void => {
  for (const statement of left.get(file) ?? []) missing.delete(statement);
  left.delete(file);
  chosen.push(file);
};
for (const file of [...left.keys()].filter(mustRunOnBoth)) choose(file);
while (missing.size > 0) {
  const worth = ([file, statements]: [string, ReadonlySet<string>]): number =>
    [...statements].filter((each) => missing.has(each)).length / (durations.get(file) ?? UNKNOWN_DURATION);
  const best = [...left].map((each) => [each[0], worth(each)] as const).toSorted((one, other) => other[1] - one[1])[0];
  if (best === undefined) break;
  choose(best[0]);
}
const covered = [...left.keys()].toSorted();
await writeFile(COVERED_BY_OTHERS, `${JSON.stringify(covered, null, 2)}\n`);
const seconds = (files: Iterable<string>): string =>
  ([...files].reduce((sum, file) => sum + (durations.get(file) ?? 0), 0) / 1000).toFixed(0);
console.log(
  `${total} statements: ${chosen.length} files (${seconds(chosen)} s) send them all, ${covered.length} (${seconds(covered)} s) are left out`,
);
