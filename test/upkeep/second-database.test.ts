import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseTests, notAboutStatements } from '../../tools/database-tests.ts';
import { projectFolder } from '../../tools/project.ts';

test('what is left out on the second database are files that exist; all others that reach a database are run there', () => {
  const gone = [...notAboutStatements].filter((file) => !existsSync(join(projectFolder, file)));
  expect(gone).toEqual([]);
  const run = databaseTests();
  expect(run.filter((file) => notAboutStatements.has(file))).toEqual([]);
  expect(run).toEqual(
    expect.arrayContaining(['test/flows/keep-a-domain-verified.test.ts', 'test/flows/operator-commands.test.ts']),
  );
});
