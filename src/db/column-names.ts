import { PostgresDialect, PostgresQueryCompiler } from 'kysely';
import type { KyselyPlugin, PluginTransformResultArgs, QueryCompiler } from 'kysely';

/**
 * Tables and columns are camelCase in code and snake_case in the database. Kysely's plugin for it copies the tree of every
 * statement; here names change where the statement's text is written anyway, and once for each result.
 */
export class SnakeCaseDialect extends PostgresDialect {
  override createQueryCompiler(): QueryCompiler {
    return new SnakeCaseCompiler();
  }
}

class SnakeCaseCompiler extends PostgresQueryCompiler {
  protected override sanitizeIdentifier(identifier: string): string {
    return super.sanitizeIdentifier(snakeCase(identifier));
  }
}

/** Gives rows camelCase keys, those of raw SQL too. Keys inside JSON stay as they are. */
export const camelCaseResults: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  async transformResult({ result }: PluginTransformResultArgs) {
    const [first] = result.rows;
    if (first === undefined) return result;
    // All rows of a result have the same columns.
    const columns = Object.keys(first).map((column) => [column, camelCase(column)] as const);
    if (columns.every(([column, name]) => column === name)) return result;
    const rows = result.rows.map((row) => {
      const renamed: Record<string, unknown> = {};
      for (const [column, name] of columns) renamed[name] = row[column];
      return renamed;
    });
    return { ...result, rows };
  },
};

/** Names stand in code: there are as many as it has. */
const kept = { snake: new Map<string, string>(), camel: new Map<string, string>() };

function snakeCase(name: string): string {
  const known = kept.snake.get(name);
  if (known !== undefined) return known;
  const made = name.replaceAll(/(?<![A-Z])[A-Z]/g, '_$&').toLowerCase();
  kept.snake.set(name, made);
  return made;
}

function camelCase(column: string): string {
  const known = kept.camel.get(column);
  if (known !== undefined) return known;
  const made = column.replaceAll(/_+([^_]?)/g, (_, letter: string) => letter.toUpperCase());
  kept.camel.set(column, made);
  return made;
}
