import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';
import { migrationSql, tables } from './migration-texts.ts';

const comments = new Set(
  [...migrationSql.matchAll(/^comment on (?:table|column) ([\w.]+) is\s+'/gm)].map(([, what]) => what),
);

test('the migrations were read', () => {
  expect(tables.size).toBeGreaterThan(15);
  expect(tables.get('organization')).toContainEqual({ name: 'managing_organization_id', required: false });
  expect(tables.get('organization')).toContainEqual({ name: 'method', required: true });
});

describe.each([...tables])('table %s', (table, columns) => {
  test('it and each of its columns has a comment', () => {
    const wanted = [table, ...columns.map(({ name }) => `${table}.${name}`)];
    expect(wanted.filter((name) => !comments.has(name))).toEqual([]);
  });

  test('what the API may see of it is under row-level security', () => {
    const guarded = new RegExp(`call gatehouse_guard\\('${table}'|alter table ${table} force row level security`);
    const open = new RegExp(`^grant [^;]+ on ${table} to [^;]*(?:gatehouse_api|public)`, 'm');
    const state = { guarded: guarded.test(migrationSql), open: open.test(migrationSql) };
    expect(state).not.toEqual({ guarded: false, open: true });
  });
});

test('time is passed in: no statement asks the database for it', () => {
  const clocks =
    /\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\bcurrent_(?:timestamp|date|time)\b/i;
  // The one that compares the database's clock with ours must ask for it.
  const comparesClocks = 'src/db/database.ts';
  const files = globSync('src/**/*.{ts,sql}', { cwd: projectFolder }).filter((file) => file !== comparesClocks);
  const asking = files.filter((file) =>
    clocks.test(
      readFileSync(join(projectFolder, file), 'utf8')
        .replaceAll(/^\s*(?:--|\/\/|\/?\*).*$/gm, '')
        .replaceAll(/\w+(?:\.\w+)*\.now\(\)|\bnow\(\): |\bnow\(\) \{|\bnow: \(\) =>/g, ''),
    ),
  );
  expect(asking).toEqual([]);
});
