import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { projectFolder } from './project.ts';

/** Who asks for the run's database server asks here. */
const source = 'test/support/start-database.ts';
/** `test/conformance` is about what the protocol answers; its statements are those of flows and attacks. Of the browser's tests the one that plays the whole story; the others are about pages, not about statements. */
const suites = [
  'src/**/*.test.ts',
  'test/{flows,attacks}/**/*.test.ts',
  'test/browser/the-story-with-openid-connect.test.ts',
];

/** Left out whatever they send: fields refused before a statement or whatever the statement, and an embedded database of its own. */
const ABOUT_SOMETHING_ELSE: ReadonlySet<string> = new Set([
  'test/attacks/any-field-spoiled.test.ts',
  'test/flows/back-up-and-restore.test.ts',
]);

/** Written by `tools/statement-cover.ts`: test files whose every statement is sent by one that stays. */
export const COVERED_BY_OTHERS = join(projectFolder, 'tools', 'covered-by-others.json');

/** About connections beside each other, whose locks may differ between versions: by its name, or by what it calls. */
const AT_ONCE_BY_NAME = /two-servers|at-once|twice|beside|same-cluster/;
const AT_ONCE = /\batOnce\(|\binRounds\(/;

/** Whether a test file stays, whatever it sends. */
export function mustRunOnBoth(file: string): boolean {
  const isAboutDatabase = file.startsWith('src/db/') || AT_ONCE_BY_NAME.test(file);
  return isAboutDatabase || AT_ONCE.test(readFileSync(join(projectFolder, file), 'utf8'));
}

/** Test files that use the run's database, directly or through what they import. */
export function reachingDatabase(): readonly string[] {
  const known = new Map<string, boolean>();
  return suites
    .flatMap((pattern) => globSync(pattern, { cwd: projectFolder }))
    .filter((file) => !ABOUT_SOMETHING_ELSE.has(file) && reaches(file, known))
    .toSorted();
}

/** Those of them that are worth a second server: together they send every statement, and all that is about locks. */
export function databaseTests(): readonly string[] {
  const covered = new Set(JSON.parse(readFileSync(COVERED_BY_OTHERS, 'utf8')) as string[]);
  return reachingDatabase().filter((file) => !covered.has(file) || mustRunOnBoth(file));
}

function reaches(file: string, known: Map<string, boolean>): boolean {
  if (file === source) return true;
  const before = known.get(file);
  if (before !== undefined) return before;
  known.set(file, false); // an import circle ends here
  const path = join(projectFolder, file);
  const imports = existsSync(path) ? readFileSync(path, 'utf8').matchAll(/(?:from |import\()'(\.[^']+\.ts)'/g) : [];
  const found = [...imports].some(([, target = '']) => reaches(normalize(join(dirname(file), target)), known));
  known.set(file, found);
  return found;
}
