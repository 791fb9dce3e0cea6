/**
 * Bundles the server: `src/` and the libraries it imports in a few files, which start in half the time and three quarters
 * of the memory of a file for each module (docs/decisions/0037). Names stay as they are written, and each file has its
 * source map beside it, so that a stack trace names file and line of the source.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import type { Plugin } from 'rolldown';
import { projectFolder } from './project.ts';

/** Brings a program for each platform, which is found beside its own package. */
const notBundled = [/^@node-rs\/argon2/];
/** The driver's own way to do without a program that nobody installed. */
const notInstalled = ['pg-native'];

const sourceFolder = join(projectFolder, 'src');

/** Modules find the files beside them by their own address: it stays the one they had, seen from the output folder. */
const ownAddresses: Plugin = {
  name: 'own-addresses',
  transform(code, id) {
    if (!id.startsWith(sourceFolder) || !code.includes('import.meta.url')) return undefined;
    const name = relative(sourceFolder, id).replaceAll('\\', '/').replace(/\.ts$/, '.js');
    const address = `new URL(${JSON.stringify(`./${name}`)}, import.meta.url).href`;
    return { code: code.replaceAll('import.meta.url', address), map: null };
  },
};

/** A single character beyond Latin-1 would make V8 keep the whole file at two bytes a character. */
const asciiOnly: Plugin = {
  name: 'ascii-only',
  renderChunk(code) {
    const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return { code: code.replaceAll(/[\u0080-\uffff]/g, escaped), map: null };
  },
};

/** Writes the bundle to `folder`, with the licences of what is in it. */
export async function bundleServer(folder: string): Promise<void> {
  const bundle = await rolldown({
    input: { main: join(sourceFolder, 'main.ts') },
    cwd: projectFolder,
    platform: 'node',
    external: [...notBundled, ...notInstalled],
    plugins: [ownAddresses, asciiOnly],
    onLog(level, log, report) {
      // `depd`, a library of libraries, makes its functions so.
      if (log.code !== 'EVAL') report(level, log);
    },
  });
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    // Libraries go by the names of their classes.
    keepNames: true,
    minify: false,
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
  });
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  await writeFile(join(folder, 'licences.txt'), licencesOf(modules));
}

/** Name, version and licence of each package that modules come from. */
function licencesOf(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? []));
  const notices = [...folders].map((folder) => {
    const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    const text = file === undefined ? '' : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
    return `${String(about['name'])} ${String(about['version'])}: ${String(about['license'])}${text}\n`;
  });
  return `The files beside this one contain these packages.\n\n${notices.toSorted().join(`\n${'-'.repeat(80)}\n\n`)}`;
}
