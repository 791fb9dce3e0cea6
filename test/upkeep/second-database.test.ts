import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COVERED_BY_OTHERS, databaseTests, mustRunOnBoth, reachingDatabase } from '../../tools/database-tests.ts';
import { projectFolder } from '../../tools/project.ts';

const covered = JSON.parse(readFileSync(COVERED_BY_OTHERS, 'utf8')) as string[];

test('what is left out on the second database are files that exist; all others that reach a database are run there', () => {
  expect(covered.filter((file) => !existsSync(join(projectFolder, file)))).toEqual([]);
  const run = databaseTests();
  expect(reachingDatabase().filter((file) => !run.includes(file) && !covered.includes(file))).toEqual([]);
  expect(run).toEqual(expect.arrayContaining(['test/flows/many-writers-at-once.test.ts', 'src/db/database.test.ts']));
});

test('a file about what happens at once is run on both', () => {
  expect(covered.filter(mustRunOnBoth)).toEqual([]);
});
