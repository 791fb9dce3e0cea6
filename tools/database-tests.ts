import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { projectFolder } from './project.ts';

/** Who asks for the run's database server asks here. */
const source = 'test/support/start-database.ts';
/** Of the browser's tests the one that plays the whole story; the others are about pages, not about statements. */
const suites = [
  'src/**/*.test.ts',
  'test/{flows,attacks}/**/*.test.ts',
  'test/browser/the-story-with-openid-connect.test.ts',
];

/** Slow, and about DNS, HTTP, fields, sentences, commands or what a provider says: a second database would tell nothing new. */
const notAboutStatements = new Set([
  'test/flows/a-provider-that-answers-oddly.test.ts',
  'test/flows/a-provider-whose-documents-are-odd.test.ts',
  'test/flows/every-sentence-comes-from-a-catalog.test.ts',
  'test/flows/explain-a-missing-record.test.ts',
  'test/flows/keep-a-domain-verified.test.ts',
  'test/flows/operator-commands.test.ts',
  'test/flows/stop-the-service.test.ts',
  'test/flows/verify-a-domain.test.ts',
  'test/attacks/a-request-the-service-breaks-on.test.ts',
  'test/attacks/a-request-without-end.test.ts',
  'test/attacks/any-field-spoiled.test.ts',
  'test/attacks/discovery-url-abused.test.ts',
  'test/attacks/id-token-not-believed.test.ts',
  'test/attacks/mix-up.test.ts',
  'test/attacks/provider-out-of-reach.test.ts',
]);

/** Test files that use the run's database, directly or through what they import: those worth a second server. */
export function databaseTests(): readonly string[] {
  const known = new Map<string, boolean>();
  return suites
    .flatMap((pattern) => globSync(pattern, { cwd: projectFolder }))
    .filter((file) => !notAboutStatements.has(file) && reaches(file, known))
    .toSorted();
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
