import { relative } from 'node:path';
import type { Plugin } from 'vitest/config';
import { projectFolder } from '../project.ts';
import { isProtecting, mutantsOf } from './find-mutants.ts';

/**
 * Wraps every protecting condition of the product as it is loaded: `__mutant("id", false, condition)`, which answers what
 * the condition says, or the mutant's value when its turn has come.
 */
export function instrument(): Plugin {
  return {
    name: 'mutants',
    enforce: 'pre',
    transform(code, id) {
      const file = relative(projectFolder, id.split('?')[0]!);
      if (!isProtecting(file)) return undefined;
      const edits = mutantsOf(file, code).flatMap(({ id: mutant, becomes, start, end }) => [
        { at: start, text: `globalThis.__mutant(${JSON.stringify(mutant)}, ${becomes}, (` },
        { at: end, text: '))' },
      ]);
      let changed = code;
      for (const { at, text } of edits.toSorted((one, other) => other.at - one.at)) {
        changed = changed.slice(0, at) + text + changed.slice(at);
      }
      return { code: changed, map: null };
    },
  };
}
