import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder, run } from '../project.ts';
import type { Mutant } from './find-mutants.ts';

const folder = join(projectFolder, '.cache/mutants/types');

/**
 * Which of the mutants the compiler refuses: `if (user === undefined) throw …` cannot leave when the lines after it need a
 * user. A copy of the sources is changed, one condition per file and pass; an error counts for the condition of its file.
 */
export async function refusedByTypes(mutants: readonly Mutant[]): Promise<Set<string>> {
  if (mutants.length === 0) return new Set();
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(projectFolder, 'src'), join(folder, 'src'), { recursive: true });
  const options = {
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    tsBuildInfoFile: './types.tsbuildinfo',
  };
  const config = {
    extends: '../../../tsconfig.json',
    compilerOptions: options,
    include: ['src'],
    exclude: ['**/*.test.ts'],
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const before = await filesWithErrors();
  if (before.size > 0) throw new Error(`types do not hold without any mutant: ${[...before].join(', ')}`);

  const refused = new Set<string>();
  const left = [...Map.groupBy(mutants, ({ file }) => file).values()];
  while (left.some((ofFile) => ofFile.length > 0)) {
    const pass = left.flatMap((ofFile) => ofFile.splice(0, 1));
    for (const mutant of pass) writeFileSync(join(folder, mutant.file), changed(mutant));
    const wrong = await filesWithErrors();
    for (const { id, file } of pass) {
      if (wrong.has(file)) refused.add(id);
      writeFileSync(join(folder, file), sourceOf(file));
    }
  }
  return refused;
}

const sourceOf = (file: string): string => readFileSync(join(projectFolder, file), 'utf8');

/** The file without the condition; the value is no literal for the compiler, which would narrow by it. */
function changed({ file, start, end, becomes }: Mutant): string {
  const source = sourceOf(file);
  return `${source.slice(0, start)}(${becomes} as boolean)${source.slice(end)}`;
}

async function filesWithErrors(): Promise<Set<string>> {
  const { output } = await run('tsc', ['-p', folder, '--pretty', 'false']);
  return new Set([...output.matchAll(/(src\/[^\s(]+)\(\d+,\d+\): error /g)].map(([, file]) => file!));
}
