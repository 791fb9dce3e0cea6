import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import type { ICruiseOptions, ICruiseResult, IForbiddenRuleType } from 'dependency-cruiser';
import { projectFolder } from '../../tools/project.ts';

interface ImportRules {
  readonly forbidden: IForbiddenRuleType[];
  readonly options: ICruiseOptions;
}

const require = createRequire(import.meta.url);

/** The rules of `import-rules.cjs`, as dependency-cruiser reads them. */
export const importRules = require(join(projectFolder, 'import-rules.cjs')) as ImportRules;

interface Statement {
  readonly type: string;
  readonly decls?: readonly unknown[];
}
interface SwcVisitor {
  visitStatement(statement: Statement): Statement;
  visitVariableDeclarators(declarators: readonly unknown[]): unknown;
}

/**
 * The visitor through which dependency-cruiser reads what swc parsed stops at `using x = …`, a statement it was not
 * taught. It is a declaration like any other.
 */
function teachUsing(): void {
  const { Visitor } = require('@swc/core/Visitor.js') as { Visitor: { readonly prototype: SwcVisitor } };
  const plain = Visitor.prototype.visitStatement;
  Visitor.prototype.visitStatement = function visitStatement(this: SwcVisitor, statement) {
    if (statement.type !== 'UsingDeclaration') return plain.call(this, statement);
    this.visitVariableDeclarators(statement.decls ?? []);
    return statement;
  };
}
teachUsing();

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
