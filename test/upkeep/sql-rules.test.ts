import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';
import { migrationSql } from './migration-texts.ts';

// What our SQL may rely on, so that engines that speak PostgreSQL's protocol stay possible (docs/guides/many-machines.md).

const sources = globSync('src/**/*.ts', { cwd: projectFolder })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: withoutComments(readFileSync(join(projectFolder, file), 'utf8')) }));
const everything = [...sources, { file: 'src/db/migrations', text: migrationSql }];

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

/** Files whose text has it. */
function filesWith(pattern: RegExp, among = everything): string[] {
  return among.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
}

test('no advisory lock outlives its transaction: a session is not ours alone behind every pooler and engine', () => {
  expect(filesWith(/\bpg_(?:try_)?advisory_(?!xact_)\w*lock/i)).toEqual([]);
  expect(filesWith(/\bpg_(?:try_)?advisory_xact_lock/i).length).toBeGreaterThan(0);
});

test('NOTIFY is a hint: what is told is also read again after a few seconds, by whoever listens', () => {
  const told = sources.flatMap(({ text }) =>
    [...text.matchAll(/pg_notify\(\s*(?:\$\{(\w+)\}|'(\w+)')/g)].map(([, constant, name]) => constant ?? name ?? ''),
  );
  expect([...new Set(told)].toSorted()).toEqual(['CHANGE_CHANNEL', 'JOB_CHANNEL', 'job']);
  const heard = filesWith(/\blisten(?:\?\.)?\((?:JOB|CHANGE)_CHANNEL\b/, sources);
  expect(heard.toSorted()).toEqual(['src/jobs/job-runner.ts', 'src/oidc/build-provider.ts']);
  // Each of the two looks by itself as well: the runner polls, the caches of the provider end.
  expect(filesWith(/setInterval\(\(\) => void claimNow\(\), POLL_MS\)/, sources)).toEqual(['src/jobs/job-runner.ts']);
  expect(filesWith(/\bnotify\s+\w+/i, [{ file: 'src/db/migrations', text: migrationSql }])).toEqual([]);
});

test('a transaction is run again after a serialization failure or a deadlock: it is opened where that is done', () => {
  const opening = filesWith(/\.transaction\(\)/, sources);
  expect(opening.toSorted()).toEqual([
    // Reads of one moment, a restore into an empty database, a write that leaves nothing: run again by whoever asked.
    'src/backup/embedded/find-moment.ts',
    'src/backup/logical/back-up-logically.ts',
    'src/backup/logical/load-rows.ts',
    'src/db/database.ts',
    'src/db/migrate.ts',
    'src/db/readiness.ts',
  ]);
  expect(filesWith(/isTransient\(\w+\)/, sources).toSorted()).toEqual([
    'src/db/database.ts',
    'src/db/migrate.ts',
    'src/logins/finishing/end-plainly.ts',
  ]);
});

test('no extension is needed, and no type or function of one is used', () => {
  expect(filesWith(/\bcreate\s+extension\b/i)).toEqual([]);
  // citext, pgcrypto, uuid-ossp, pg_trgm, btree_gist, ltree, hstore
  const theirs =
    /\b(?:citext|hstore|ltree|gen_salt|pgp_sym_\w+|uuid_generate_v\d\w*|gin_trgm_ops|gist_trgm_ops|word_similarity)\b/i;
  expect(filesWith(theirs)).toEqual([]);
});

test('no table is unlogged and no cursor, temporary table or LOCK of a session is held beyond its transaction', () => {
  expect(filesWith(/\bcreate\s+unlogged\b|\bwith\s+hold\b/i)).toEqual([]);
  const temporary = sources.filter(({ text }) => /\bcreate\s+temp(?:orary)?\s+table\b/i.test(text));
  expect(temporary.filter(({ text }) => !/on commit drop/i.test(text)).map(({ file }) => file)).toEqual([]);
});
