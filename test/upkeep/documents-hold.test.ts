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

const files = globSync('{src,console,test,tools,bench,demo,docs,works-with}/**/*', {
  cwd: projectFolder,
  exclude: ['**/node_modules/**'],
}).map((file) => `/${file}`);

/** Names of files end so; names of folders begin with one of ours. */
const PATH =
  /^(?:[\w./-]+\.(?:tsx?|cjs|mjs|sql|patch)|(?:src|console|test|tools|bench|demo|docs|works-with)\/[\w./-]*)$/;

function isGone(path: string): boolean {
  const name = path.replace(/\/$/, '');
  return !existsSync(join(projectFolder, name)) && !files.some((file) => file.endsWith(`/${name}`));
}

// The CHANGELOG also names what was.
test('every file that a document names by its path or name exists', () => {
  const dead = documents
    .filter(({ file }) => file !== 'CHANGELOG.md')
    .flatMap(({ file, content }) =>
      [...content.matchAll(/`([^`\s]+)`/g)]
        .map(([, path = '']) => path)
        .filter((path) => PATH.test(path) && !path.startsWith('.') && isGone(path))
        .map((path) => `${file}: ${path}`),
    );
  expect(dead).toEqual([]);
});

test('every file that a comment names exists', () => {
  const named = files
    .filter((file) => /^\/(?:src|console|tools|bench|demo)\/.*\.tsx?$/.test(file))
    .flatMap((file) => {
      const comments = readFileSync(join(projectFolder, file), 'utf8').match(/\/\*[\s\S]*?\*\/|\/\/ .*/g) ?? [];
      return comments
        .flatMap((comment) => comment.match(/(?<![\w*@/.:-])[a-z][\w/-]*\.(?:tsx?|sql)\b/g) ?? [])
        .filter(isGone)
        .map((path) => `${file}: ${path}`);
    });
  expect(named).toEqual([]);
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
