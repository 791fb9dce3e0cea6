/** Stands for a test file's hooks and for what runs between its tests. */
export const OUTSIDE = '';

/** What a test file came by without any mutant. */
export interface Sight {
  path: string;
  /** Mutant → full names of the tests in which its condition had another value than the mutant gives. */
  differs: Record<string, string[]>;
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
  /** Full names of the tests to run; undefined for all. */
  tests: readonly string[] | undefined;
}

/** Ends a control that nobody needs. */
export const NEEDLESS = 'nothing failed, so there is nothing to control';
