/**
 * Adds to `package-lock.json` the optional packages of other platforms that a registry mirror did not offer.
 *
 * `npm install` leaves out an optional package that it cannot look up (a mirror without the macOS builds of a linter, for
 * example); `npm ci` then refuses the lockfile as incomplete, on every machine. With name, version, system and processor
 * in the lockfile, npm ci skips them where they do not fit and never asks for them. Run it after adding a package.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './project.ts';

interface Locked {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  cpu?: string[];
  os?: string[];
  libc?: string[];
  license?: string;
  engines?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const systems = ['darwin', 'linux', 'win32', 'freebsd', 'android', 'openharmony'];
const processors: readonly (readonly [RegExp, string])[] = [
  [/arm64/, 'arm64'],
  [/x64/, 'x64'],
  [/ia32/, 'ia32'],
  [/ppc64/, 'ppc64'],
  [/riscv64/, 'riscv64'],
  [/s390x/, 's390x'],
  [/arm/, 'arm'],
];

const file = join(projectFolder, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Locked> };
let added = 0;

for (const [path, owner] of Object.entries(lock.packages)) {
  if (path === '') continue;
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`] ?? lock.packages[`${path}/node_modules/${name}`]) continue;
    const suffix = name.split('/').at(-1) ?? name;
    const system = systems.find((candidate) => suffix.includes(candidate));
    const processor = processors.find(([pattern]) => pattern.test(suffix))?.[1];
    if (system === undefined || processor === undefined || !/^\d/.test(version)) {
      throw new Error(`${name}@${version} is missing, and its platform cannot be told from its name`);
    }
    const libc = /musl/.test(suffix) ? ['musl'] : /gnu/.test(suffix) ? ['glibc'] : undefined;
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [processor],
      ...(owner.dev === true ? { dev: true } : {}),
      ...(libc === undefined ? {} : { libc }),
      ...(owner.license === undefined ? {} : { license: owner.license }),
      optional: true,
      os: [system],
    };
    added += 1;
  }
}

lock.packages = Object.fromEntries(
  Object.entries(lock.packages).toSorted(([left], [right]) => left.localeCompare(right, 'en')),
);
if (added > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms added`);
