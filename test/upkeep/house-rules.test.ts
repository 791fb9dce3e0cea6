import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';

/** Everything git knows or would take up: tracked and new files, without what is ignored or deleted. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: projectFolder,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(projectFolder, file)));
const read = (file: string): string => readFileSync(join(projectFolder, file), 'utf8');
const isText = (file: string): boolean => !/\.(?:png|jpg|ico|woff2|gz|pem)$/.test(file);
const product = files.filter((file) => /^src\/.*\.ts$/.test(file) && !file.endsWith('.test.ts'));

/** Lines that match, as `file:line: text`; comment lines count unless `code` asks for code alone. */
function linesWith(pattern: RegExp, among: readonly string[], what: 'all' | 'code' = 'all'): string[] {
  return among.flatMap((file) =>
    read(file)
      .split('\n')
      .map((line, index) => ({ line, at: `${file}:${index + 1}: ${line.trim()}` }))
      .filter(({ line }) => pattern.test(line) && (what === 'all' || !/^\s*(?:\/\/|\/?\*)/.test(line)))
      .map(({ at }) => at),
  );
}

test('names follow the grammar of the tree: kebab-case, no drawer that collects everything', () => {
  const drawers = /^(?:utils?|helpers?|common|shared|types?|managers?|index|misc|lib|core)$/;
  const named = files.filter(
    (file) =>
      /^(?:src|console|test|tools|bench|demo)\//.test(file) && !/^(?:console\/index\.html|.*\/README\.md)$/.test(file),
  );
  const wrong = named.filter((file) => {
    const parts = [...dirname(file).split('/'), basename(file).split('.')[0] ?? ''];
    return parts.some((part) => drawers.test(part) || !/^[a-z0-9-]*$/.test(part));
  });
  expect(wrong).toEqual([]);
});

test('no folder outgrows what a reader can hold: 14 files, tests not counted', () => {
  const counted = Map.groupBy(
    files.filter((file) => /^(?:src|console)\/.*\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file)),
    (file) => dirname(file),
  );
  const crowded = [...counted].filter(([, inside]) => inside.length > 14);
  expect(crowded.map(([folder, inside]) => `${folder}: ${inside.length}`)).toEqual([]);
});

test('time comes from the clock that is handed in: only src/base asks for it', () => {
  const asking = product.filter((file) => !file.startsWith('src/base/'));
  expect(linesWith(/\bnew Date\(\s*\)|\bDate\.now\b|(?<!\.)\bDate\(\)/, asking, 'code')).toEqual([]);
});

test('only src/config.ts reads the environment', () => {
  const others = product.filter((file) => file !== 'src/config.ts');
  expect(linesWith(/\bprocess\.env\b|\bloadEnvFile\b|from 'node:process'/, others, 'code')).toEqual([]);
});

test('no file names the machine it was written on', () => {
  const machine = new RegExp(
    ['/wo' + 'rk/', '/tmp/w' + 't/', '/ro' + 'ot/', '/ho' + 'me/\\w', '/Use' + 'rs/\\w', 'C:\\\\Users'].join('|'),
  );
  const texts = files.filter((file) => isText(file) && file !== 'package-lock.json');
  expect(linesWith(machine, texts)).toEqual([]);
});

test('what is left to do has an issue number', () => {
  const texts = files.filter((file) => /\.(?:ts|tsx|sql|md|css)$/.test(file));
  const unfinished = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b(?! ?\\(?#\\d)`);
  expect(linesWith(unfinished, texts)).toEqual([]);
});

test('no test is skipped or runs alone', () => {
  const tests = files.filter((file) => /\.test\.tsx?$/.test(file));
  expect(linesWith(/\b(?:test|it|describe)\.(?:skip|only|todo|fails)\b/, tests, 'code')).toEqual([]);
});

test('our own code is never mocked', () => {
  const tests = files.filter((file) => /^(?:src|test)\/.*\.ts$/.test(file));
  expect(linesWith(/\bvi\.(?:mock|doMock|spyOn|stubGlobal|useFakeTimers)\b/, tests, 'code')).toEqual([]);
});

test('files of the product are at most 300 lines long', () => {
  const long = files
    .filter((file) => ['.ts', '.tsx'].includes(extname(file)))
    .map((file) => [file, read(file).split('\n').length - 1] as const)
    .filter(([, lines]) => lines > 300)
    .map(([file, lines]) => `${file}: ${lines}`);
  expect(long).toEqual([]);
});

test('the launcher and the findings can be run by everybody', () => {
  const mode = execFileSync('git', ['ls-files', '--stage', 'gatehouse', '.ci/run', 'findings/*.sh'], {
    cwd: projectFolder,
    encoding: 'utf8',
  });
  expect(mode.split('\n').filter((line) => line !== '' && !line.startsWith('100755'))).toEqual([]);
  expect(read('gatehouse').startsWith('#!/usr/bin/env node\n')).toBe(true);
});
