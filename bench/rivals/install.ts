import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../../tools/project.ts';
import { runCommand } from '../../works-with/stage/run-command.ts';

const here = fileURLToPath(new URL('./', import.meta.url));
/** Where rivals are kept between runs; git does not see it, and the product never imports it. */
const cacheFolder = join(projectFolder, '.cache', 'bench-rivals');

/** Packages of npm that rivals need, by the lockfile beside this file, without install scripts. Gives their folder. */
export async function installPackages(): Promise<string> {
  const folder = join(cacheFolder, 'packages');
  const lock = await readFile(join(here, 'package-lock.json'));
  const mark = join(folder, `.installed-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`);
  if (existsSync(mark)) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) await copyFile(join(here, name), join(folder, name));
  await runCommand('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps'], { cwd: folder });
  await writeFile(mark, '');
  return folder;
}

/** Runs `fill` once for a name: later runs find what it put into the folder. */
export async function installOnce(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name);
  const mark = join(folder, '.installed');
  if (existsSync(mark)) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await fill(folder);
  await writeFile(mark, '');
  return folder;
}

/** A Java development kit, by `JAVA_HOME` or where Linux keeps them; the newest. Throws when all are older than `least`. */
export function findJavaKit(least: number): string {
  const kept = '/usr/lib/jvm';
  const names = existsSync(kept) ? readdirSync(kept) : [];
  const candidates = [process.env['JAVA_HOME'] ?? '', ...names.map((name) => join(kept, name))].filter((folder) =>
    existsSync(join(folder, 'bin', 'jar')),
  );
  const known = candidates.map((folder) => ({ folder, version: javaVersion(folder) }));
  const best = known.toSorted((a, b) => b.version - a.version)[0];
  if (best === undefined || best.version < least) throw new Error(`no Java development kit ${least} or newer is here`);
  return best.folder;
}

/** The major version that a kit's own `release` states; 0 when it states none. */
function javaVersion(folder: string): number {
  const file = join(folder, 'release');
  if (!existsSync(file)) return 0;
  return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
}
