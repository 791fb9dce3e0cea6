import { globSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';

const documents = ['*.md', 'docs/**/*.md', 'test/**/*.md']
  .flatMap((pattern) => globSync(pattern, { cwd: projectFolder, exclude: ['**/node_modules/**'] }))
  .map((file) => ({ file, content: readFileSync(join(projectFolder, file), 'utf8') }));

test('every link to a file of the project leads somewhere', () => {
  const dead = documents.flatMap(({ file, content }) =>
    [...content.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(projectFolder, dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  );
  expect(dead).toEqual([]);
});

test('every npm command that a document names exists', () => {
  const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const missing = documents.flatMap(({ file, content }) =>
    [...content.matchAll(/\bnpm run ([\w:-]+)/g)]
      .map(([, script = '']) => script)
      .filter((script) => manifest.scripts[script] === undefined)
      .map((script) => `${file}: npm run ${script}`),
  );
  expect(missing).toEqual([]);
});

test('decisions are numbered without gaps and named by what was decided', () => {
  const pages = globSync('docs/decisions/*.md', { cwd: projectFolder }).toSorted();
  const wrong = pages.filter((page, index) => {
    const number = String(index + 1).padStart(4, '0');
    const title = readFileSync(join(projectFolder, page), 'utf8').split('\n')[0] ?? '';
    return !page.startsWith(`docs/decisions/${number}-`) || !/^# \p{Lu}/u.test(title);
  });
  expect(wrong).toEqual([]);
});
