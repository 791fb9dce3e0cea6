import type { RunnerTestCase, RunnerTestSuite } from 'vitest';

/** Stands for a test file's hooks and for what runs between its tests. */
export const OUTSIDE = -1;

/** What a test file came by without any mutant. */
export interface Sight {
  path: string;
  /** Mutant → places of the tests in which its condition had another value than the mutant gives. */
  differs: Record<string, number[]>;
  /** Source files of the conditions it came by. */
  touches: string[];
}

/** Mutants to try on one test file, handed to `attempts.ts` as JSON in MUTANTS_BATCH. */
export interface Batch {
  /** Absolute. */
  path: string;
  /** Ends a test that hangs, milliseconds. */
  patience: number;
  /** Where the worker writes its process id. */
  pidFile: string;
  attempts: readonly Attempt[];
}

export interface Attempt {
  /** Undefined: a control, which proves that these tests pass without the others before them. */
  mutant: string | undefined;
  /** Places of the tests to run; undefined for all. */
  tests: readonly number[] | undefined;
}

/** Ends a control that nobody needs. */
export const NEEDLESS = 'nothing failed, so there is nothing to control';

/**
 * A test's place in its file, or among the tests of its attempt where the file runs several times. Its name would not do:
 * some hold the time.
 */
export function placeIn(test: RunnerTestCase, within: 'file' | 'attempt' = 'attempt'): number {
  const below = (one: RunnerTestSuite | RunnerTestCase): RunnerTestCase[] =>
    one.type === 'suite' ? one.tasks.flatMap(below) : [one];
  let top: RunnerTestSuite = test.file;
  for (let suite = test.suite; within === 'attempt' && suite !== undefined; suite = suite.suite) top = suite;
  return below(top).indexOf(test);
}
