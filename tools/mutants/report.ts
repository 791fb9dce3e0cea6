import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../project.ts';
import type { Mutant } from './find-mutants.ts';

/** A mutant and the test file that noticed it; undefined when it survived. */
export interface Fate {
  readonly mutant: Mutant;
  readonly killer: string | undefined;
}

/** `file: condition` of survivors that need no test, each with one line that says why. */
const explanations = JSON.parse(readFileSync(join(projectFolder, 'test/mutants-explained.json'), 'utf8')) as Record<
  string,
  string
>;

const keyOf = ({ file, condition }: Mutant): string => `${file}: ${condition}`;

/** Why a survivor is harmless, where somebody said so. */
export function explanationOf(mutant: Mutant): string | undefined {
  return explanations[keyOf(mutant)];
}

/** Explanations of conditions that a test notices or that are gone. */
export function unusedExplanations(survivors: readonly Fate[]): string[] {
  const keys = new Set(survivors.map(({ mutant }) => keyOf(mutant)));
  return Object.keys(explanations).filter((key) => !keys.has(key));
}

/** Writes docs/reference/mutants.md: a row per folder, then every survivor with its explanation. */
export function writeReport(fates: readonly Fate[]): void {
  const folders = Map.groupBy(fates, ({ mutant }) => mutant.file.split('/').slice(0, 2).join('/'));
  const survived = fates.filter(({ killer }) => killer === undefined);
  const share = ((100 * survived.length) / fates.length).toFixed(1);
  const rows = [...folders].map(([folder, all]) => {
    const left = all.filter(({ killer }) => killer === undefined).length;
    return `| \`${folder}\` | ${all.length} | ${all.length - left} | ${left} |`;
  });
  const lines = survived.map(
    ({ mutant }) =>
      `| \`${mutant.file}:${mutant.line}\` | \`${cell(mutant.condition)}\` | ${explanationOf(mutant) ?? ''} |`,
  );
  const page = `# Protecting conditions taken out

Written by \`npm run mutants\`: each condition that ends a function early, and each part of an answer that demands several
things, was taken out while the tests of flows and attacks ran. **${fates.length} conditions, ${survived.length} survivors (${share} %).**

| folder | conditions | noticed by a test | survived |
|---|---|---|---|
${rows.join('\n')}

## Survivors

| where | condition | why no test is needed |
|---|---|---|
${lines.join('\n')}
`;
  writeFileSync(join(projectFolder, 'docs/reference/mutants.md'), page);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('`', "'");
}
