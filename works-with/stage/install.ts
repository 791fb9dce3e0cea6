import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectFolder } from '../../tools/project.ts';
import { apt, mayInstall } from '../../tools/apt.ts';
import type { Need } from '../program.ts';
import { runCommand } from './run-command.ts';

const GIGABYTE = 1024 ** 3;
/** What one program may take unless its drive says more, and what has to be free besides. */
const MOST_GIGABYTES = 2;
const FREE_GIGABYTES = 2;

/** Where programs are kept between runs; git does not see it. */
export const cacheFolder = join(projectFolder, '.cache', 'works-with');

/** What a machine has; what it lacks is told, not installed. */
const TOOLS: Readonly<Record<Need, () => Promise<boolean>>> = {
  Java: async () => (await succeeds('java', '-version')) && succeeds('mvn', '-v'),
  Python: async () => succeeds('python3', '-m', 'venv', '--help'),
  Debian: async () => mayInstall(),
  Go: async () => succeeds('go', 'version'),
  'C++': async () => (await succeeds('g++', '--version')) && succeeds('make', '--version'),
};

/** The first thing a program needs that is not here. */
export async function findMissing(needs: readonly Need[]): Promise<Need | undefined> {
  for (const need of needs) if (!(await TOOLS[need]())) return need;
  return undefined;
}

/** Installs once: a program is there when its mark is. Gives the folder. */
export async function installOnce(
  { name, version }: { name: string; version: string },
  install: (folder: string) => Promise<void>,
  gigabytes = MOST_GIGABYTES,
): Promise<string> {
  const folder = join(cacheFolder, `${fileName(name)}-${version}`);
  const mark = join(folder, '.installed');
  if (existsSync(mark)) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  const free = gigabytes + FREE_GIGABYTES;
  if (bavail * bsize < free * GIGABYTE) throw new Error(`less than ${free} GiB of disk are free`);
  await install(folder);
  const bytes = await sizeOf(folder);
  if (bytes > gigabytes * GIGABYTE) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`${name} takes ${(bytes / GIGABYTE).toFixed(1)} GiB; ${gigabytes} are allowed`);
  }
  await writeFile(mark, `${new Date().toISOString()}\n`);
  return folder;
}

/** `Spring Authorization Server` as `spring-authorization-server`. */
export function fileName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** Packages of npm, without install scripts. */
export async function installFromNpm(folder: string, ...packages: readonly string[]): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'];
  await runCommand('npm', ['install', ...quietly, ...packages], { cwd: folder });
}

/** Builds what packages of npm have in C++, against the headers of the Node that runs us. */
export async function buildNative(folder: string, ...packages: readonly string[]): Promise<void> {
  const node = dirname(dirname(process.execPath));
  await runCommand('npm', ['rebuild', '--build-from-source', `--nodedir=${node}`, ...packages], { cwd: folder });
}

/** Packages of Python's index, in an environment of their own. */
export async function installFromPip(folder: string, ...packages: readonly string[]): Promise<void> {
  await runCommand('python3', ['-m', 'venv', folder]);
  await runCommand(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
}

/**
 * A command of a Go module, as `miniflux.app/v2@v2.3.5`, into `bin/`. Modules that replace others have to be built as the main
 * one: name the package within it.
 */
export async function installFromGo(folder: string, module: string, within?: string): Promise<void> {
  const environment = {
    GOMODCACHE: join(cacheFolder, 'go', 'modules'),
    GOCACHE: join(cacheFolder, 'go', 'build'),
    GOFLAGS: '-buildvcs=false -modcacherw',
    GOBIN: join(folder, 'bin'),
  };
  if (within === undefined) {
    await runCommand('go', ['install', module], { environment });
    return;
  }
  const found = await runCommand('go', ['mod', 'download', '-json', module], { cwd: folder, environment });
  const { Dir: source } = JSON.parse(found) as { Dir: string };
  await cp(source, join(folder, 'source'), { recursive: true });
  await runCommand('go', ['build', '-o', `${join(folder, 'bin')}/`, within], {
    cwd: join(folder, 'source'),
    environment,
  });
}

/**
 * Packages of Debian and what they need besides what this machine has, unpacked into the folder: none of them is configured or
 * started.
 */
export async function installFromDebian(folder: string, ...packages: readonly string[]): Promise<void> {
  const archives = join(folder, 'archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await apt('update');
  const here = ['--download-only', '--reinstall', '--no-install-recommends', '-o', `Dir::Cache::archives=${archives}`];
  await apt('install', ...here, ...packages);
  const names = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  for (const name of names) await runCommand('dpkg', ['-x', join(archives, name), folder]);
  await rm(archives, { recursive: true });
}

/** One artifact of Maven's repository, as `group:artifact:version:type`. */
export async function installFromMaven(folder: string, artifact: string): Promise<void> {
  await runCommand('mvn', ['-B', '-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
}

async function succeeds(command: string, ...words: string[]): Promise<boolean> {
  try {
    await runCommand(command, words, { minutes: 1 });
    return true;
  } catch {
    return false;
  }
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
