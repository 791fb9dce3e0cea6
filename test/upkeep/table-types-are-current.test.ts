import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';
import { typesFiles } from '../../tools/table-types.ts';
import { createTestDatabase } from '../support/start-database.ts';

/** `npm run table-types` repairs what fails here. */
test('the table types are what the migrated database says, no more and no less', async () => {
  await using own = await createTestDatabase();
  const wanted = await typesFiles(own.db);
  const written = globSync('src/db/schema/*.ts', { cwd: projectFolder })
    .filter((file) => !file.endsWith('column-types.ts'))
    .map((file) => ({ file, content: readFileSync(join(projectFolder, file), 'utf8') }));
  const byName = (files: readonly { file: string; content: string }[]): Record<string, string> =>
    Object.fromEntries(files.map(({ file, content }) => [file, content]));
  expect(byName(written)).toEqual(byName(wanted));
});
