import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFolder } from '../project.ts';

/** Which test noticed a mutant. */
export interface Killer {
  /** Test file, from the project's folder. */
  readonly file: string;
  readonly test: string;
  /** It did not fail, it did not end. */
  readonly late: boolean;
}

/** What is known of one mutant. */
export interface Result {
  /** Digest of its source file. */
  source: string;
  killer?: Killer | undefined;
  /** The compiler refuses it. */
  refused?: boolean;
  /** The test file that noticed it in an earlier run. */
  last?: string | undefined;
  /** Test files that passed in spite of it → their digests. */
  passed: Record<string, string>;
}

/** One test file without any mutant. */
export interface Learned {
  digest: string;
  /** False: it fails without any mutant, so it can notice nothing. */
  ok: boolean;
  /** Time of its hooks, milliseconds. */
  hooks: number;
  /** Time of its tests in their order. */
  tests: number[];
  differs: Record<string, number[]>;
  touches: string[];
  /** Its tests need those before them. */
  entangled?: boolean;
}

/** Kept in `.cache/mutants/` as the run goes on, so that an interrupted one can be resumed. */
export interface Memory {
  /** By mutant. */
  results: Record<string, Result>;
  /** By test file, from the project's folder. */
  learned: Record<string, Learned>;
  /** All mutants there were when the test files were last learnt. */
  known: string[];
}

const file = join(projectFolder, '.cache/mutants/memory.json');

export function readMemory(): Memory {
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Memory)
    : { results: {}, learned: {}, known: [] };
}

export function writeMemory(memory: Memory): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(memory));
}

const digests = new Map<string, string>();

/** Digest of a file of the project. */
export function digestOf(path: string): string {
  const known =
    digests.get(path) ??
    createHash('sha256')
      .update(readFileSync(join(projectFolder, path)))
      .digest('hex');
  digests.set(path, known);
  return known;
}
