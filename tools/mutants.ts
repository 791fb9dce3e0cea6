/**
 * Takes out one protecting condition after the other while the tests run, and expects a test to fail:
 *
 *   npm run mutants                        all of them; writes docs/reference/mutants.md
 *   npm run mutants -- --only src/oidc     those whose file begins so; prints only
 *   npm run mutants -- --resume            goes on: keeps what is known of source and test files that did not change
 *   npm run mutants -- --minutes 30        begins nothing more after half an hour
 *
 * The files on disk are not changed: conditions are wrapped as they are loaded (`mutants/instrument.ts`). Each test file
 * runs once without a mutant, to learn to which test each mutant makes a difference (`mutants/learn-tests.ts`). The compiler
 * refuses many a mutant (`mutants/check-types.ts`); each of the others meets those tests until one fails
 * (`mutants/try-mutants.ts`). Exit code 1 when a survivor has no explanation, an explanation no survivor, or too many
 * survive.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createVitest } from 'vitest/node';
import { refusedByTypes } from './mutants/check-types.ts';
import { findMutants } from './mutants/find-mutants.ts';
import type { Mutant } from './mutants/find-mutants.ts';
import { learnTests, pathOf } from './mutants/learn-tests.ts';
import { digestOf, readMemory, writeMemory } from './mutants/memory.ts';
import type { Result } from './mutants/memory.ts';
import { explanationOf, unusedExplanations, writeReport } from './mutants/report.ts';
import type { Fate } from './mutants/report.ts';
import { reporter, tryMutants } from './mutants/try-mutants.ts';
import { projectFolder } from './project.ts';

/** Of all conditions, percent. */
const MOST_SURVIVORS = 5;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    resume: { type: 'boolean' },
    minutes: { type: 'string', default: '600' },
  },
});
const until = new Date(Date.now() + Number(values.minutes) * 60_000);
const whole = values.only === undefined;
const mutants = findMutants();
const chosen = mutants.filter(({ file }) => whole || values.only!.some((start) => file.startsWith(start)));

const memory = readMemory();
if (values.resume !== true) memory.learned = {};
for (const { id, file } of chosen) {
  const before = memory.results[id];
  if (values.resume === true && before?.source === digestOf(file)) continue;
  memory.results[id] = { source: digestOf(file), last: before?.killer?.file ?? before?.last, passed: {} };
}

const vitest = await createVitest({
  config: join(projectFolder, 'tools/mutants/vitest.config.ts'),
  watch: false,
  reporters: [reporter],
});
const specifications = await vitest.globTestSpecifications();
const attempts = specifications.find((one) => one.project.name === 'attempts')!;
await learnTests(
  vitest,
  specifications.filter((one) => one !== attempts),
  mutants,
  memory,
);
const there = new Set(specifications.map(pathOf));
memory.learned = Object.fromEntries(Object.entries(memory.learned).filter(([file]) => there.has(file)));
writeMemory(memory);

const unnoticed = chosen.filter(({ id }) => memory.results[id]!.killer === undefined);
console.log(`${unnoticed.length} conditions for the compiler …`);
const refused = await refusedByTypes(unnoticed.filter(({ id }) => memory.results[id]!.refused === undefined));
for (const { id } of unnoticed) memory.results[id]!.refused ??= refused.has(id);
writeMemory(memory);
const left = unnoticed.filter(({ id }) => memory.results[id]!.refused === false);
let told = 0;
const untried = await tryMutants(vitest, attempts, left, memory, tell, until);
writeMemory(memory);
await vitest.close();

const fates = chosen.map((mutant): Fate => {
  const { killer, refused } = memory.results[mutant.id]!;
  if (untried.has(mutant)) return { mutant, by: 'nobody yet' };
  return { mutant, by: killer !== undefined ? 'test' : refused === true ? 'types' : undefined };
});
const survivors = fates.filter(({ by }) => by === undefined).map(({ mutant }) => mutant);
const failures = [
  ...survivors.filter((one) => explanationOf(one) === undefined).map(({ id }) => `survived: ${id}`),
  ...(whole ? unusedExplanations(survivors).map((id) => `explained, but noticed by a test or gone: ${id}`) : []),
];
const share = (100 * survivors.length) / chosen.length;
if (whole && share > MOST_SURVIVORS) failures.push(`${share.toFixed(1)} % survived, at most ${MOST_SURVIVORS} % may`);
if (untried.size > 0) failures.push(`${untried.size} not tried: go on with --resume`);
if (whole) writeReport(fates);
for (const one of failures) console.log(one);
console.log(`\n${chosen.length} conditions, ${survivors.length} survivors; ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;

function tell({ id }: Mutant, { killer, passed }: Result): void {
  told += 1;
  const what =
    killer === undefined
      ? `NOT NOTICED ${id}  (passed: ${Object.keys(passed).join(', ') || 'no test comes by'})`
      : `${killer.late ? 'timed out' : 'noticed'} ${id}  (${killer.file}: ${killer.test})`;
  console.log(`${told}/${left.length} ${what}`);
}
