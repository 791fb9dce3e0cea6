/**
 * Runs the suite pass by pass and ends with one plain line, `N passed, N failed`, that people and machines read.
 *
 *   npm run test:quick   types, lint, format, unit and upkeep tests: no outside service, under a minute
 *   npm test             everything: build, the quick ones, flows, attacks, browser, and the external PostgreSQL
 *
 * A step that is no test (build, check) counts as one: passed or failed. A test file that cannot be loaded counts as
 * one failure. Arguments after the mode go to vitest: `npm test -- test/flows/accept-invitation.test.ts`.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExternalPostgres } from '../test/support/external-postgres.ts';
import { databaseTests } from './database-tests.ts';
import { projectFolder, run } from './project.ts';

interface Count {
  passed: number;
  failed: number;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const resultsFolder = join(projectFolder, 'test-results');
const total: Count = { passed: 0, failed: 0 };
const failures: string[] = [];

/** What it printed comes in one piece at its end: several run at a time. */
async function step(title: string, command: string, ...args: string[]): Promise<boolean> {
  const { code, output } = await run(command, args);
  console.log(`\n== ${title}\n${output.trim()}`);
  if (code === 0) total.passed += 1;
  else {
    total.failed += 1;
    failures.push(title);
  }
  return code === 0;
}

/** One vitest run over the named projects; its counts are read from the JSON report, not from its colours. */
async function tests(
  title: string,
  projects: readonly string[],
  filters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  console.log(`\n== ${title}`);
  const report = join(resultsFolder, `${title.replaceAll(/[^a-z0-9]+/gi, '-')}.json`);
  const args = ['run', ...projects.flatMap((project) => ['--project', project])];
  const { code } = await run(
    'vitest',
    [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters],
    { inherit: true, environment: { ...environment, SUITE_TOGETHER: 'yes' } },
  );
  const count: Count = existsSync(report)
    ? read(title, JSON.parse(await readFile(report, 'utf8')) as VitestReport)
    : { passed: 0, failed: 0 };
  if (code !== 0 && count.failed === 0) {
    count.failed = 1;
    failures.push(`${title}: vitest ended with code ${code}`);
  }
  total.passed += count.passed;
  total.failed += count.failed;
}

/** A folder in memory with room for the databases of a run, where a copy takes a tenth of the time; else this one. */
async function memoryOr(folder: string): Promise<string> {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return folder;
  const { bavail, bsize } = await statfs(memory);
  return bavail * bsize > 4 * 1024 ** 3 ? memory : folder;
}

/** Everything, on the PostgreSQL that comes with the service. */
async function embeddedPass(): Promise<void> {
  const folder = await mkdtemp(join(await memoryOr(tmpdir()), 'gatehouse-suite-'));
  try {
    const environment = { TEST_DATABASE_FOLDER: folder };
    await tests('embedded PostgreSQL', ['unit', 'upkeep', 'world', 'service'], filters, environment);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What touches the database once more, on the operating system's PostgreSQL: an older major version, not ours. */
async function externalPass(): Promise<void> {
  // As for the embedded one: the data is thrown away.
  const settings = { synchronous_commit: 'off', full_page_writes: 'off' };
  const server = await startExternalPostgres({ settings, within: await memoryOr(tmpdir()) });
  try {
    const environment = { TEST_DATABASE_URL: server.url };
    const files = databaseTests().filter((file) => filters.length === 0 || filters.some((part) => file.includes(part)));
    if (files.length === 0) return;
    await tests(`external PostgreSQL ${server.version}`, ['unit', 'service'], files, environment);
  } finally {
    await server.stop();
  }
}

function read(title: string, report: VitestReport): Count {
  const count = { passed: report.numPassedTests, failed: report.numFailedTests };
  for (const file of report.testResults) {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    const name = file.name.replace(`${projectFolder}/`, '');
    failures.push(...failed.map((test) => `${title}: ${name}: ${test.fullName}`));
    if (file.status === 'failed' && failed.length === 0) {
      count.failed += 1;
      failures.push(`${title}: ${name} could not run`);
    }
  }
  return count;
}

const [mode = 'everything', ...filters] = process.argv.slice(2);
if (mode !== 'everything' && mode !== 'quick') {
  console.error('Usage: run-suite.ts [everything|quick] [test files…]');
  process.exit(2);
}
await rm(resultsFolder, { recursive: true, force: true });
await mkdir(resultsFolder, { recursive: true });

/** All by apt, which does one thing at a time. */
async function fetchServers(): Promise<boolean> {
  await step('the operating system has DNS servers', 'node', 'tools/fetch-dns-servers.ts');
  await step('promtool checks the alert rules', 'node', 'tools/fetch-promtool.ts');
  return step('the operating system has a PostgreSQL', 'node', 'tools/fetch-postgres.ts');
}

const check = async (): Promise<boolean> => step('types, lint, format', 'node', 'tools/check.ts');
if (mode === 'quick') {
  await check();
  await tests('unit and upkeep', ['unit', 'upkeep'], filters);
} else {
  // Side by side: a processor that waits for the network, a disk or one long file is lent to the others.
  const [built, postgres] = await Promise.all([
    step('build', 'node', 'tools/build.ts'),
    fetchServers(),
    check(),
    step('nothing is left over (knip)', 'knip', '--no-progress'),
  ]);
  if (built) {
    await embeddedPass();
    if (postgres) await externalPass();
  }
}

if (failures.length > 0) console.log(`\nFailed:\n${failures.map((line) => `  ${line}`).join('\n')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
