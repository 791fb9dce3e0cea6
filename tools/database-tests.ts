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

/**
 * About something else than statements: a second database would tell nothing new. The statements they need are made by files
 * that stay: `log-in-at-contoso`, `log-in-at-fabrikam`, `why-a-login-failed`, `configure-authentication`,
 * `what-a-provider-publishes`, `test-a-connection`, `administer-through-the-api`, `a-newcomer-with-the-address-of-another`.
 */
export const notAboutStatements: ReadonlySet<string> = new Set([
  // What a provider says or how it answers, and which cause is named for it.
  'test/flows/a-provider-that-answers-oddly.test.ts',
  'test/flows/a-provider-that-wants-it-otherwise.test.ts',
  'test/flows/a-provider-whose-documents-are-odd.test.ts',
  'test/flows/a-stand-in-for-development.test.ts',
  'test/flows/every-failed-login-is-diagnosed.test.ts',
  'test/flows/every-login-at-entra-id-is-diagnosed.test.ts',
  'test/flows/every-setting-is-diagnosed.test.ts',
  'test/attacks/discovery-url-abused.test.ts',
  'test/attacks/every-fault-of-a-stand-in.test.ts',
  'test/attacks/id-token-not-believed.test.ts',
  'test/attacks/mix-up.test.ts',
  'test/attacks/provider-out-of-reach.test.ts',
  // Names in the DNS.
  'test/flows/explain-a-missing-record.test.ts',
  'test/flows/verify-a-domain.test.ts',
  // Sentences, pages and headers.
  'test/flows/a-language-per-request.test.ts',
  'test/flows/every-sentence-comes-from-a-catalog.test.ts',
  'test/flows/the-console-arrives-small.test.ts',
  'test/attacks/page-framed-or-scripted.test.ts',
  // Fields and requests that are refused before a statement, or whatever the statement.
  'test/attacks/a-request-the-service-breaks-on.test.ts',
  'test/attacks/a-request-without-end.test.ts',
  'test/attacks/any-field-spoiled.test.ts',
  'test/attacks/json-that-parsers-read-differently.test.ts',
  // Processes, and the code of guides.
  'test/flows/stop-the-service.test.ts',
  'test/flows/the-guides-code-runs.test.ts',
  // What is written into the log and into rows, not how.
  'test/attacks/a-dump-of-the-database-opens-nothing.test.ts',
  'test/attacks/secret-in-the-log.test.ts',
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
