import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';

const migrations = globSync('src/db/migrations/*.sql', { cwd: projectFolder })
  .toSorted()
  .map((file) => readFileSync(join(projectFolder, file), 'utf8').replaceAll(/^\s*--.*$/gm, ''));
const sql = migrations.join('\n');

/** Tables and their columns, as the migrations create them; a partition has those of its table. */
const tables = new Map(
  [...sql.matchAll(/^create table (?:if not exists )?([\w.]+) \(\n(.*?)^\)/gms)].map(([, name = '', body = '']) => [
    name,
    [...body.matchAll(/^ {2}([a-z_]\w*) /gm)]
      .map(([, column = '']) => column)
      .filter((column) => !['primary', 'unique', 'check', 'foreign', 'constraint', 'exclude'].includes(column)),
  ]),
);
for (const [, table = '', column = ''] of sql.matchAll(
  /^alter table ([\w.]+)\s+add column (?:if not exists )?(\w+)/gm,
)) {
  tables.get(table)?.push(column);
}

const comments = new Set([...sql.matchAll(/^comment on (?:table|column) ([\w.]+) is\s+'/gm)].map(([, what]) => what));

test('the migrations were read', () => {
  expect(tables.size).toBeGreaterThan(15);
  expect(tables.get('organization')).toContain('managing_organization_id');
});

describe.each([...tables])('table %s', (table, columns) => {
  test('it and each of its columns has a comment', () => {
    const wanted = [table, ...columns.map((column) => `${table}.${column}`)];
    expect(wanted.filter((name) => !comments.has(name))).toEqual([]);
  });

  test('what the API may see of it is under row-level security', () => {
    const guarded = new RegExp(`call gatehouse_guard\\('${table}'|alter table ${table} force row level security`).test(
      sql,
    );
    const open = new RegExp(`^grant [^;]+ on ${table} to [^;]*(?:gatehouse_api|public)`, 'm').test(sql);
    expect({ guarded, open }).not.toEqual({ guarded: false, open: true });
  });
});

test('time is passed in: no statement asks the database for it', () => {
  const code = globSync('src/**/*{-store.ts,.sql,adapter*.ts}', { cwd: projectFolder });
  const asking = code.filter((file) =>
    /\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\bcurrent_(?:timestamp|date|time)\b/i.test(
      readFileSync(join(projectFolder, file), 'utf8')
        .replaceAll(/^\s*(?:--|\/\/|\*).*$/gm, '')
        .replaceAll('clock.now()', ''),
    ),
  );
  expect(asking).toEqual([]);
});
