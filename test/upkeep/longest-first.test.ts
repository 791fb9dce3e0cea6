import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LONGEST } from '../../tools/longest-first.ts';
import { projectFolder } from '../../tools/project.ts';

test('the test files that begin first are there', () => {
  expect(LONGEST.filter((file) => !existsSync(join(projectFolder, file)))).toEqual([]);
});
