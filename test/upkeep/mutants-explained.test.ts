import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findMutants } from '../../tools/mutants/find-mutants.ts';
import { projectFolder } from '../../tools/project.ts';

const explained = JSON.parse(readFileSync(join(projectFolder, 'test/mutants-explained.json'), 'utf8')) as Record<
  string,
  string
>;

/** Whether a test notices their absence by now is the business of `npm run mutants`. */
test('every explained condition stands in the source', () => {
  const ids = new Set(findMutants().map(({ id }) => id));
  expect(Object.keys(explained).filter((id) => !ids.has(id))).toEqual([]);
});

test('each explanation is one line, and the report has it', () => {
  const report = readFileSync(join(projectFolder, 'docs/reference/mutants.md'), 'utf8');
  const wrong = Object.entries(explained).filter(([, why]) => why.includes('\n') || !report.includes(`| ${why} |`));
  expect(wrong).toEqual([]);
});
