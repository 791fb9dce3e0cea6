import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyPatch, readGuardPatches } from '../../tools/guard-patches.ts';
import { projectFolder } from '../../tools/project.ts';

const patches = readGuardPatches();

/** Whether the named test notices the missing guard is the business of `npm run guards`. */
describe.runIf(patches.length > 0)('each guard can still be taken out', () => {
  test.each(patches)('$name applies to the tree as it is', (patch) => {
    expect(applyPatch(projectFolder, patch, 'try')).toBeUndefined();
  });

  // A title may be put together from several pieces, so its words are looked for one by one.
  test.each(patches)('$name names a test that exists', ({ test: file, title }) => {
    const content = existsSync(join(projectFolder, file)) ? readFileSync(join(projectFolder, file), 'utf8') : '';
    const words = title.split(/[^\p{L}\p{N}-]+/u).filter((word) => word.length > 3);
    expect(words.filter((word) => !content.toLowerCase().includes(word.toLowerCase()))).toEqual([]);
  });
});
