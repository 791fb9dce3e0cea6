/**
 * Takes out one guard after the other in a copy of the tree and expects the test that watches it to fail:
 * `npm run guards`, `npm run guards -- --only name` (part of a name, may be repeated). Exit code 1 when a test did not
 * notice, fails with its guard in place, or a patch no longer applies.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { applyPatch, readGuardPatches } from './guard-patches.ts';
import type { GuardPatch } from './guard-patches.ts';
import { projectFolder, run } from './project.ts';

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const wanted = values.only;
const patches = readGuardPatches().filter(({ name }) => wanted?.some((part) => name.includes(part)) ?? true);
if (patches.length === 0) {
  console.error('No guard of that name in test/guards.');
  process.exit(1);
}

/** Tracked and new files as they stand now; what is installed is shared. */
function copyTree(): string {
  const tree = mkdtempSync(join(tmpdir(), 'gatehouse-guards-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectFolder,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter((name) => name !== '' && existsSync(join(projectFolder, name)))) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(join(projectFolder, file), join(tree, file));
  }
  symlinkSync(join(projectFolder, 'node_modules'), join(tree, 'node_modules'));
  if (existsSync(join(projectFolder, 'dist'))) symlinkSync(join(projectFolder, 'dist'), join(tree, 'dist'));
  return tree;
}

/** Runs the tests of that title; the report is undefined when vitest could not write one. */
async function runTests(tree: string, files: readonly string[], title?: string): Promise<Report | undefined> {
  const report = join(tree, 'test-results', 'guards.json');
  rmSync(report, { force: true });
  const filter = title === undefined ? [] : ['-t', title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')];
  await run('vitest', ['run', ...files, ...filter, '--reporter=json', `--outputFile.json=${report}`], { cwd: tree });
  return existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Report) : undefined;
}

function count(report: Report | undefined, patch: GuardPatch, status: string): number {
  return (report?.testResults ?? [])
    .filter(({ name }) => name.endsWith(`/${patch.test}`))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((result) => result.status === status && result.fullName.includes(patch.title)).length;
}

/** Undefined when all is well, else what is wrong with this guard. */
async function tryGuard(tree: string, patch: GuardPatch, before: Report | undefined): Promise<string | undefined> {
  if (count(before, patch, 'passed') === 0) return 'no such test passes with the guard in place';
  if (count(before, patch, 'failed') > 0) return 'the test fails with the guard in place';
  const refused = applyPatch(tree, patch, 'apply');
  if (refused !== undefined) return `the patch no longer applies: ${refused}`;
  try {
    const report = await runTests(tree, [patch.test], patch.title);
    if (count(report, patch, 'failed') > 0) return undefined;
    return count(report, patch, 'passed') > 0
      ? 'NOT NOTICED: the test passes without the guard'
      : 'the test could not run without the guard, so it proves nothing';
  } finally {
    applyPatch(tree, patch, 'take back');
  }
}

const tree = copyTree();
let wrong = 0;
try {
  const files = [...new Set(patches.map(({ test }) => test))];
  console.log(`${patches.length} guards, ${files.length} test files; first with all guards in place …`);
  const before = await runTests(tree, files);
  for (const patch of patches) {
    const problem = await tryGuard(tree, patch, before);
    if (problem !== undefined) wrong += 1;
    console.log(`${problem === undefined ? 'noticed' : 'WRONG  '}  ${patch.name}: ${patch.guard}`);
    if (problem !== undefined) console.log(`         ${problem} (${patch.test}: ${patch.title})`);
  }
} finally {
  rmSync(tree, { recursive: true, force: true });
}
console.log(`\n${patches.length - wrong} passed, ${wrong} failed`);
process.exitCode = wrong === 0 ? 0 : 1;
