/**
 * Builds what runs: `src/` with its libraries in `dist/server` (rolldown), the console in `dist/console` (vite).
 * `--when-stale` does nothing when no source changed since the last build. Used by `npm start` and the suite.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, glob, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import fastifyApiReference from '@scalar/fastify-api-reference';
import { fastify } from 'fastify';
import { bundleServer } from './bundle-server.ts';
import { projectFolder, run } from './project.ts';

/** Files beside the code that it reads at run time; the bundle leaves them behind. */
const assets = 'src/**/*.{sql,css,svg,png,ico,woff2,js}';
const sources = [
  'src/**/*',
  'console/**/*',
  'works-with/{preset.ts,applications/presets.ts,applications/*/settings.ts}',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  'tools/{build,bundle-server}.ts',
];
const stamp = join(projectFolder, 'dist/built-from.txt');

/** Names, sizes and times of all sources: also notices a file that is gone or an older one that came back. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const pattern of sources) {
    const names: string[] = [];
    for await (const name of glob(pattern, { cwd: projectFolder })) names.push(name);
    for (const name of names.toSorted()) {
      const facts = await stat(join(projectFolder, name));
      if (facts.isFile()) hash.update(`${name} ${facts.size} ${facts.mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

async function must(title: string, command: string, ...args: string[]): Promise<void> {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Error(`${title} failed:\n${output.trim()}`);
}

/** Emits beside the old output and swaps, so a failed build leaves the last good one standing. */
async function buildServer(): Promise<void> {
  const fresh = join(projectFolder, 'dist/server.new');
  await rm(fresh, { recursive: true, force: true });
  await bundleServer(fresh);
  for await (const name of glob(assets, { cwd: projectFolder })) {
    const target = join(fresh, name.slice('src/'.length));
    await mkdir(dirname(target), { recursive: true });
    await cp(join(projectFolder, name), target);
  }
  await rm(join(projectFolder, 'dist/server'), { recursive: true, force: true });
  await rename(fresh, join(projectFolder, 'dist/server'));
}

async function buildConsole(): Promise<void> {
  if (!existsSync(join(projectFolder, 'console/vite.config.ts'))) return;
  await must('Building the console', 'vite', 'build', 'console', '--outDir', '../dist/console', '--emptyOutDir');
  await compress('dist/console/assets/*.{js,css,svg}');
}

/** The reference page's code, which its library carries inside a Fastify plugin: asked of it once, served by ourselves. */
async function buildReference(): Promise<void> {
  const folder = join(projectFolder, 'dist/api-reference');
  const server = fastify();
  await server.register(fastifyApiReference, { routePrefix: '/reference', configuration: { content: '{}' } });
  const { body } = await server.inject('/reference/js/scalar.js');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'scalar.js'), body.replace(/\n\/\/# sourceMappingURL=.*$/, ''));
  await compress('dist/api-reference/*.js');
}

/** Beside each file its brotli and gzip forms: made once here, so that the server never spends a request on it. */
async function compress(pattern: string): Promise<void> {
  for await (const name of glob(pattern, { cwd: projectFolder })) {
    const file = join(projectFolder, name);
    const content = await readFile(file);
    // The last percents of a large file cost a minute.
    const quality = content.length > 1_000_000 ? 6 : constants.BROTLI_MAX_QUALITY;
    await writeFile(
      `${file}.br`,
      brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
    );
    await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
}

const wanted = await fingerprint();
const built = existsSync(stamp) ? await readFile(stamp, 'utf8') : '';
if (!process.argv.includes('--when-stale') || built !== wanted) {
  if (!existsSync(join(projectFolder, 'node_modules/typescript'))) {
    console.error('Gatehouse cannot be built without its development dependencies. Run: npm ci');
    process.exit(1);
  }
  console.error('Building Gatehouse …');
  try {
    await rm(stamp, { force: true });
    await Promise.all([buildServer(), buildConsole(), buildReference()]);
    await rm(join(projectFolder, 'dist/.compile-cache'), { recursive: true, force: true });
    await writeFile(stamp, wanted);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
