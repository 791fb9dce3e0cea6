import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestCase, TestSpecification, TestSuite, Vitest } from 'vitest/node';
import { projectFolder } from '../project.ts';
import type { Mutant } from './find-mutants.ts';
import { digestOf, writeMemory } from './memory.ts';
import type { Killer, Memory, Result } from './memory.ts';
import { NEEDLESS, OUTSIDE } from './sight.ts';
import type { Attempt, Batch } from './sight.ts';

/** A test file that may notice a mutant. */
interface Candidate {
  readonly file: string;
  /** The tests it makes a difference to; undefined: all. */
  readonly tests: readonly number[] | undefined;
  /** What it takes to run them, milliseconds. */
  readonly cost: number;
  /** Low when it is cheap, or noticed many mutants before. */
  readonly rank: number;
}

/** How one attempt ended. */
interface Outcome {
  killer?: Killer | undefined;
  /** How many tests passed. */
  passed?: number;
  /** Undefined: the worker never came to its end. */
  ended?: 'passed' | 'failed' | 'hook-failed' | 'needless';
}

const AT_ONCE = 40;
/** What one attempt may cost, milliseconds: tests that take longer are not asked. */
const DEAREST = 40_000;
const pidFile = join(tmpdir(), `gatehouse-mutants-${process.pid}.pid`);

/**
 * Tries each mutant on the tests it makes a difference to: first the test file that noticed it last time, then those that
 * are cheap and noticed many.
 * @param until when to stop beginning
 * @returns those that were not tried to their end The mutants of one test file share a process: it loads the product once.
 */
export async function tryMutants(
  vitest: Vitest,
  attempts: TestSpecification,
  mutants: readonly Mutant[],
  memory: Memory,
  told: (mutant: Mutant, result: Result) => void,
  until: Date,
): Promise<Set<Mutant>> {
  const pending = new Map<Mutant, Candidate[]>();
  const settle = (mutant: Mutant): void => {
    pending.delete(mutant);
    told(mutant, memory.results[mutant.id]!);
  };
  const chance = chances(memory);
  for (const mutant of mutants) {
    const left = candidatesOf(mutant, memory, chance);
    if (memory.results[mutant.id]!.killer !== undefined || left.length === 0) settle(mutant);
    else pending.set(mutant, left);
  }
  while (pending.size > 0 && new Date() < until) {
    const file = nextFile([...pending.values()]);
    const chosen = [...pending].flatMap(([mutant, left]) => {
      const candidate = left.find((one) => one.file === file);
      return candidate !== undefined && candidate.rank <= left[0]!.rank * 2 ? [{ mutant, candidate }] : [];
    });
    const outcomes = await run(vitest, attempts, file, chosen.slice(0, AT_ONCE), memory);
    for (const { mutant, candidate, outcome } of outcomes) {
      const result = memory.results[mutant.id]!;
      const left = pending.get(mutant)!;
      left.splice(left.indexOf(candidate), 1);
      if (outcome.killer !== undefined) result.killer = outcome.killer;
      else if (outcome.ended === 'passed') result.passed[file] = digestOf(file);
      // Not because of the mutant, perhaps: once more with all tests of the file.
      else if (candidate.tests !== undefined) left.unshift({ ...candidate, tests: undefined });
      else console.log(`${file} says nothing about ${mutant.id}: it fails without it as well`);
      if (result.killer !== undefined || left.length === 0) settle(mutant);
    }
    writeMemory(memory);
  }
  return new Set(pending.keys());
}

/** Where a mutant makes a difference and has not been tried yet. */
function candidatesOf({ id }: Mutant, { learned, results }: Memory, chance: (file: string) => number): Candidate[] {
  const { passed, last } = results[id]!;
  return Object.entries(learned)
    .filter(([file, { ok, digest, differs }]) => ok && differs[id] !== undefined && passed[file] !== digest)
    .map(([file, one]) => {
      const tests = one.differs[id]!;
      const needed = tests.includes(OUTSIDE) || one.entangled === true ? undefined : tests;
      const cost = one.hooks + (needed ?? [...one.tests.keys()]).reduce((sum, test) => sum + (one.tests[test] ?? 0), 0);
      return { file, tests: needed, cost, rank: file === last ? 0 : cost / chance(file) };
    })
    .filter(({ cost }) => cost <= DEAREST)
    .toSorted((one, other) => one.rank - other.rank);
}

/** How many of the mutants that a test file met it noticed. */
function chances({ results }: Memory): (file: string) => number {
  const noticed = new Map<string, number>();
  const met = new Map<string, number>();
  const count = (counts: Map<string, number>, file: string): unknown => counts.set(file, (counts.get(file) ?? 0) + 1);
  for (const { killer, passed } of Object.values(results)) {
    if (killer !== undefined) count(noticed, killer.file);
    for (const file of [...Object.keys(passed), ...(killer === undefined ? [] : [killer.file])]) count(met, file);
  }
  return (file) => ((noticed.get(file) ?? 0) + 1) / ((met.get(file) ?? 0) + 2);
}

/** The test file that is the next of most mutants. */
function nextFile(left: readonly (readonly Candidate[])[]): string {
  const votes = Map.groupBy(left, ([first]) => first!.file);
  return [...votes].toSorted(([, one], [, other]) => other.length - one.length)[0]![0];
}

type Chosen = { readonly mutant: Mutant; readonly candidate: Candidate };

async function run(
  vitest: Vitest,
  specification: TestSpecification,
  file: string,
  chosen: readonly Chosen[],
  memory: Memory,
): Promise<(Chosen & { outcome: Outcome })[]> {
  const learned = memory.learned[file]!;
  const attempts: Attempt[] = chosen.map(({ mutant, candidate }) => ({ mutant: mutant.id, tests: candidate.tests }));
  const choices = new Map(attempts.map(({ tests }) => [JSON.stringify(tests ?? 'all'), tests]));
  for (const tests of choices.values()) attempts.push({ mutant: undefined, tests });
  const longest = Math.max(learned.hooks, ...learned.tests);
  const patience = Math.round(Math.max(6000 + 2.5 * Math.min(longest, 5000), 1.5 * longest));
  const outcomes = await runBatch(vitest, specification, {
    path: join(projectFolder, file),
    patience,
    pidFile,
    attempts,
  });

  // What hung the worker is the first that has no end.
  const hung = outcomes.findIndex(({ ended, killer }) => ended === undefined && killer === undefined);
  /** Choices of tests that pass without a mutant, in a process that ran others before. */
  const controlled = new Set<string>();
  for (const [index, { mutant, tests }] of attempts.entries()) {
    const { ended } = outcomes[index]!;
    if (mutant === undefined && ended === 'passed') controlled.add(JSON.stringify(tests ?? 'all'));
    if (mutant === undefined && (ended === 'failed' || ended === 'hook-failed')) learned.entangled = true;
  }
  return chosen.flatMap(({ mutant, candidate }, index) => {
    const { killer, ended } = outcomes[index]!;
    const sure = controlled.has(JSON.stringify(candidate.tests ?? 'all'));
    let outcome: Outcome = { ended: ended ?? 'failed' };
    if (index === hung) outcome = { killer: { file, test: 'worker', late: true } };
    else if (killer !== undefined && (sure || candidate.tests === undefined)) outcome = { killer };
    else if (ended === 'hook-failed' && sure) outcome = { killer: { file, test: 'hooks', late: false } };
    else if (killer === undefined && ended === undefined) return [];
    return [{ mutant, candidate, outcome }];
  });
}

/** Runs a batch; kills a worker that says nothing for too long. */
async function runBatch(vitest: Vitest, specification: TestSpecification, batch: Batch): Promise<Outcome[]> {
  const outcomes: Outcome[] = batch.attempts.map(() => ({}));
  let heard = Date.now();
  listener = {
    test(one) {
      heard = Date.now();
      const result = one.result();
      const [index, ...names] = one.fullName.split(' > ');
      const outcome = outcomes[Number(index)]!;
      if (result.state === 'passed') outcome.passed = (outcome.passed ?? 0) + 1;
      if (result.state !== 'failed') return;
      outcome.killer ??= {
        file: batch.path.slice(projectFolder.length + 1),
        test: names.join(' > '),
        late: result.errors.some(({ message }) => message.includes('timed out in')),
      };
    },
    suite(one) {
      heard = Date.now();
      if (one.parent.type !== 'module') return;
      const outcome = outcomes[Number(one.name)]!;
      const [error] = one.errors();
      if (error?.message.includes(NEEDLESS)) outcome.ended = 'needless';
      else if (outcome.killer !== undefined) outcome.ended = 'failed';
      else if (error !== undefined) outcome.ended = 'hook-failed';
      else if (outcome.passed === undefined) throw new Error(`${batch.path}: none of the tests ran`);
      else outcome.ended = 'passed';
    },
  };
  const watch = setInterval(() => {
    if (Date.now() - heard < batch.patience + 30_000) return;
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  }, 5000);
  process.env['MUTANTS_BATCH'] = JSON.stringify(batch);
  const { testModules } = await vitest.runTestSpecifications([specification], false);
  delete process.env['MUTANTS_BATCH'];
  clearInterval(watch);
  const ran = testModules.find(({ moduleId }) => moduleId === specification.moduleId);
  if (ran === undefined || [...ran.children].length === 0) {
    throw new Error(`${batch.path} cannot be loaded: ${JSON.stringify(ran?.errors())}`);
  }
  return outcomes;
}

let listener: { test(one: TestCase): void; suite(one: TestSuite): void } | undefined;

/** To be given to vitest as its reporter. */
export const reporter = {
  onTestCaseResult: (one: TestCase): void => listener?.test(one),
  onTestSuiteResult: (one: TestSuite): void => listener?.suite(one),
};
