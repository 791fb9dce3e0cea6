import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import type { ICruiseOptions, ICruiseResult, IForbiddenRuleType } from 'dependency-cruiser';
import { projectFolder } from '../../tools/project.ts';

interface ImportRules {
  readonly forbidden: IForbiddenRuleType[];
  readonly options: ICruiseOptions;
}

/** The rules of `import-rules.cjs`, as dependency-cruiser reads them. */
export const importRules = createRequire(import.meta.url)(join(projectFolder, 'import-rules.cjs')) as ImportRules;

/** Runs all import rules over the given folders below `baseDir`; nothing is written, nothing is reported. */
export async function cruiseTree(baseDir: string, folders: readonly string[]): Promise<ICruiseResult> {
  const { output } = await cruise(
    [...folders],
    { ...importRules.options, baseDir, ruleSet: { forbidden: importRules.forbidden }, validate: true },
    importRules.options.enhancedResolveOptions,
  );
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with text');
  return output;
}
