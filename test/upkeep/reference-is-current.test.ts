import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';
import { referencePages } from '../../tools/reference-pages.ts';

/** `npm run reference` repairs what fails here. */
test.each(await referencePages())('$file says what the code says', ({ file, content }) => {
  const path = join(projectFolder, file);
  expect(existsSync(path) ? readFileSync(path, 'utf8') : 'missing').toBe(content);
});
