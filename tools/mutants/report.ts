import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../project.ts';
import { PROTECTING } from './find-mutants.ts';
import type { Mutant } from './find-mutants.ts';

/** What became of a mutant: a test noticed it, the compiler refuses it, it was not tried, or it survived. */
export interface Fate {
  readonly mutant: Mutant;
  readonly by: 'test' | 'types' | 'nobody yet' | undefined;
}

/** Why a survivor needs no test, in one line, by the mutant's id. */
const explanations = JSON.parse(readFileSync(join(projectFolder, 'test/mutants-explained.json'), 'utf8')) as Record<
  string,
  string
>;

/** Why a survivor is harmless, where somebody said so. */
export function explanationOf({ id }: Mutant): string | undefined {
  return explanations[id];
}

/** Explanations of conditions that a test notices or that are gone. */
export function unusedExplanations(survivors: readonly Mutant[]): string[] {
  const ids = new Set(survivors.map(({ id }) => id));
  return Object.keys(explanations).filter((id) => !ids.has(id));
}

/** Writes docs/reference/mutants.md: a row per folder, then every survivor with its explanation. */
export function writeReport(fates: readonly Fate[]): void {
  const survived = fates.filter(({ by }) => by === undefined);
  const untried = fates.filter(({ by }) => by === 'nobody yet').length;
  const rows = [...Map.groupBy(fates, ({ mutant }) => folderOf(mutant.file))].map(([folder, all]) => {
    const numbers = (['types', 'test', 'nobody yet', undefined] as const).map(
      (who) => all.filter(({ by }) => by === who).length,
    );
    return `| \`${folder}\` | ${[all.length, ...numbers].join(' | ')} |`;
  });
  const lines = survived.map(({ mutant }) => {
    const [where = ''] = mutant.id.split(': ');
    return `| \`${where}\` | \`${cell(mutant.condition)}\` | ${cell(explanationOf(mutant) ?? '*open*')} |`;
  });
  const page = `# Protecting conditions taken out

<!-- Written by \`npm run mutants\`. -->

Each condition that ends a function early, and each part of an answer or a constant that demands several things, was taken out while
the unit, flow and attack tests ran, until one of them failed. Not those that the compiler refuses to lose, because the lines
after them rely on what they made sure of.

**${fates.length} conditions, ${survived.length} survivors (${((100 * survived.length) / fates.length).toFixed(1)} %)${untried === 0 ? '' : `, ${untried} not tried yet`}.**

| folder | conditions | refused by the compiler | noticed by a test | not tried yet | survived |
|---|---|---|---|---|---|
${rows.join('\n')}

## Survivors

| file and function | condition | why it needs no test |
|---|---|---|
${lines.join('\n')}
`;
  writeFileSync(join(projectFolder, 'docs/reference/mutants.md'), page);
}

/** Where a file stands; the one of a room that is not looked at whole stands for itself. */
function folderOf(file: string): string {
  return PROTECTING.includes(file) ? file : file.split('/').slice(0, 2).join('/');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('`', "'");
}
