import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';

interface Locked {
  readonly resolved?: string;
  readonly license?: string;
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(projectFolder, 'bench/rivals', file), 'utf8'));
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Locked>> };
const installed = Object.entries(packages).filter(([path]) => path !== '');

/** What is run and not passed on may have these; some packages state them in words of their own. */
const allowed =
  /^(?:0BSD|Apache[- ]2\.0|BlueOak-1\.0\.0|BSD(?:-[23]-Clause)?|ISC|MIT|PostgreSQL|Python-2\.0|Unlicense|WTFPL)$/;

test('what the bench installs to compare with has a licence that lets it be run, and its lockfile names no address', () => {
  expect(installed.length).toBeGreaterThan(100);
  const strangers = installed.filter(([, { license = 'none stated' }]) => {
    const choices = license.replaceAll(/[()]/g, '').split(' OR ');
    return !choices.some((choice) => choice.split(' AND ').every((name) => allowed.test(name.trim())));
  });
  expect(strangers.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test('its packages are pinned exactly, and the lockfile is of them', () => {
  const { dependencies } = read('package.json') as { dependencies: Readonly<Record<string, string>> };
  expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  const { '': root } = packages as unknown as Readonly<Record<string, { dependencies?: object }>>;
  expect(root?.dependencies).toEqual(dependencies);
});
