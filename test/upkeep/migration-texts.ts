import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../tools/project.ts';

/** One column as `create table` states it. */
export interface ColumnText {
  readonly name: string;
  readonly required: boolean;
}

/** All migrations, one after the other, without comment lines. */
export const migrationSql = globSync('src/db/migrations/*.sql', { cwd: projectFolder })
  .toSorted()
  .map((file) => readFileSync(join(projectFolder, file), 'utf8').replaceAll(/^\s*--.*$/gm, ''))
  .join('\n');

const notColumns = new Set(['primary', 'unique', 'check', 'foreign', 'constraint', 'exclude']);

/** Tables and their columns as the migrations leave them; a partition has those of its table. */
export const tables: ReadonlyMap<string, readonly ColumnText[]> = readTables();

function readTables(): Map<string, ColumnText[]> {
  const found = new Map<string, ColumnText[]>();
  for (const [, table = '', body = ''] of migrationSql.matchAll(
    /^create table (?:if not exists )?([\w.]+) \(\n(.*?)^\)/gms,
  )) {
    const key = (/^ {2}primary key \(([^)]+)\)/m.exec(body)?.[1] ?? '').split(/,\s*/);
    // A column may go on over several, deeper indented lines.
    const lines = body.replaceAll(/\n {3,}/g, ' ').split('\n');
    const columns = lines
      .map((line) => /^ {2}([a-z_]\w*) (.*)/.exec(line))
      .filter((match) => match !== null && !notColumns.has(match[1] ?? ''))
      .map((match) => ({
        name: match?.[1] ?? '',
        required: /\bnot null\b|\bprimary key\b/.test(match?.[2] ?? '') || key.includes(match?.[1] ?? ''),
      }));
    found.set(table, columns);
  }
  for (const [, table = '', name = '', rest = ''] of migrationSql.matchAll(
    /^alter table ([\w.]+)\s+add column (?:if not exists )?(\w+) ([^;]*);/gm,
  )) {
    found.get(table)?.push({ name, required: /\bnot null\b/.test(rest) });
  }
  for (const [, table = '', name = '', change] of migrationSql.matchAll(
    /^alter table ([\w.]+) alter column (\w+) (set|drop) not null;/gm,
  )) {
    const columns = found.get(table) ?? [];
    const at = columns.findIndex((column) => column.name === name);
    if (at !== -1) columns[at] = { name, required: change === 'set' };
  }
  return found;
}
