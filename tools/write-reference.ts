/**
 * Writes the generated pages of `docs/reference` from the code: `npm run reference`. With `--check` it writes nothing
 * and fails when a page differs from what the code says; the suite runs it so.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './project.ts';
import { referencePages } from './reference-pages.ts';

const check = process.argv.includes('--check');
for (const { file, content } of await referencePages()) {
  const path = join(projectFolder, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
  if (check) {
    console.error(`${file} is out of date. Run: npm run reference`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, content);
    console.log(`${file} written`);
  }
}
