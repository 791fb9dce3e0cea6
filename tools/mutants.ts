/**
 * Takes out one protecting condition after the other while the tests run, and expects a test to fail:
 *
 *   npm run mutants                        all of them; writes docs/reference/mutants.md
 *   npm run mutants -- --only src/oidc     those whose file begins so; prints only
 *
 * The files on disk are not changed: conditions are wrapped as they are loaded (`mutants/instrument.ts`). A first run
 * without a mutant learns which test file comes by which condition and how long it takes; each mutant then meets the
 * files that come by it, quickest first, until one fails. Exit code 1 when a survivor has no explanation, or an
 * explanation no survivor.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { createVitest } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { findMutants } from './mutants/find-mutants.ts';
import type { Mutant } from './mutants/find-mutants.ts';
import { explanationOf, unusedExplanations, writeReport } from './mutants/report.ts';
import type { Fate } from './mutants/report.ts';
import { projectFolder } from './project.ts';

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const mutants = findMutants().filter(({ file }) => values.only?.some((start) => file.startsWith(start)) ?? true);
const seenFolder = mkdtempSync(join(tmpdir(), 'gatehouse-mutants-'));

const vitest = await createVitest({
  config: join(projectFolder, 'tools/mutants/vitest.config.ts'),
  watch: false,
  reporters: [{}],
});
const specifications = await vitest.globTestSpecifications();

/** The test files that come by a mutant, quickest first. */
const filesOf = await learnWhoComesBy();

const fates: Fate[] = [];
for (const [index, mutant] of mutants.entries()) {
  const killer = await killerOf(mutant);
  fates.push({ mutant, killer });
  const explained = killer === undefined ? explanationOf(mutant) : undefined;
  const word = killer !== undefined ? 'noticed ' : explained === undefined ? 'SURVIVED' : 'explained';
  console.log(
    `${index + 1}/${mutants.length} ${word} ${mutant.id} ${mutant.condition}${killer === undefined ? '' : `  (${killer})`}`,
  );
}
await vitest.close();
rmSync(seenFolder, { recursive: true, force: true });

const survivors = fates.filter(({ killer }) => killer === undefined);
const unexplained = survivors.filter(({ mutant }) => explanationOf(mutant) === undefined);
const unused = values.only === undefined ? unusedExplanations(survivors) : [];
if (values.only === undefined) writeReport(fates);
for (const one of unused) console.log(`explained, but noticed by a test: ${one}`);
console.log(`\n${mutants.length - unexplained.length} passed, ${unexplained.length + unused.length} failed`);
process.exitCode = unexplained.length + unused.length === 0 ? 0 : 1;

async function learnWhoComesBy(): Promise<(mutant: Mutant) => TestSpecification[]> {
  process.env['MUTANTS_SEEN'] = seenFolder;
  await vitest.runTestSpecifications(specifications, true);
  delete process.env['MUTANTS_SEEN'];
  // A file that fails with every condition in its place can notice nothing.
  const broken = new Set(vitest.state.getTestModules().flatMap((one) => (one.ok() ? [] : [one.moduleId])));
  for (const file of broken) console.log(`left out, fails without any mutant: ${relative(projectFolder, file)}`);
  const seen = new Map<string, Set<string>>();
  for (const name of readdirSync(seenFolder)) {
    const { testPath, seen: ids } = JSON.parse(readFileSync(join(seenFolder, name), 'utf8')) as {
      testPath: string;
      seen: string[];
    };
    seen.set(testPath, new Set(ids));
  }
  const took = new Map(vitest.state.getTestModules().map((one) => [one.moduleId, one.diagnostic().duration]));
  const quickestFirst = specifications
    .filter(({ moduleId }) => !broken.has(moduleId))
    .toSorted((one, other) => (took.get(one.moduleId) ?? 0) - (took.get(other.moduleId) ?? 0));
  return ({ id }) => quickestFirst.filter(({ moduleId }) => seen.get(moduleId)?.has(id) === true);
}

async function killerOf(mutant: Mutant): Promise<string | undefined> {
  process.env['MUTANT'] = mutant.id;
  try {
    for (const file of filesOf(mutant)) {
      const killer = await runTests([file]);
      if (killer !== undefined) return killer;
    }
    return undefined;
  } finally {
    delete process.env['MUTANT'];
  }
}

/** The test file that failed first, or undefined when all passed. */
async function runTests(files: TestSpecification[]): Promise<string | undefined> {
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(files, files.length > 1);
  const failed = testModules.find((one) => !one.ok());
  if (failed !== undefined) return relative(projectFolder, failed.moduleId);
  return unhandledErrors.length > 0 ? 'an error nobody caught' : undefined;
}
