/**
 * What is shipped, as CycloneDX: the packages of the lockfile that run, and those that are built into the console. The same lockfile
 * gives the same text: no time of making, a serial number from the content, no name of a folder.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder, run } from './project.ts';

interface Component {
  'bom-ref': string;
  name: string;
  purl: string;
  properties?: readonly { name: string }[];
}
export interface Sbom {
  bomFormat: string;
  specVersion: string;
  serialNumber: string;
  metadata: { timestamp?: string; component: Component & { type: string } };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}
interface Manifest {
  name: string;
  dependencies: Readonly<Record<string, string>>;
  devDependencies: Readonly<Record<string, string>>;
  optionalDependencies: Readonly<Record<string, string>>;
}

/** Brought into `dist/api-reference` by tools/build.ts, not by an import of the console. */
const BUILT_IN = ['@scalar/fastify-api-reference'];

/** The bill of materials. Throws with npm's words when npm refuses. */
export async function billOfMaterials(): Promise<Sbom> {
  const { code, output } = await run('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--silent']);
  if (code !== 0) throw new Error(`npm sbom failed:\n${output.trim()}`);
  const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as Manifest;
  return shippedPart(JSON.parse(output) as Sbom, manifest, [...consolePackages(manifest), ...BUILT_IN]);
}

/** The part that is reached from what runs and from `builtIn`, which are names of development dependencies. */
export function shippedPart(whole: Sbom, manifest: Manifest, builtIn: readonly string[]): Sbom {
  const root = whole.metadata.component['bom-ref'];
  const roots = new Set([
    ...Object.keys(manifest.dependencies),
    ...Object.keys(manifest.optionalDependencies),
    ...builtIn,
  ]);
  const needs = new Map(whole.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const direct = (needs.get(root) ?? []).filter((ref) => roots.has(ref.slice(0, ref.lastIndexOf('@'))));
  const reached = new Set<string>();
  const open = [...direct];
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    if (reached.has(ref)) continue;
    reached.add(ref);
    open.push(...(needs.get(ref) ?? []));
  }
  const components = whole.components
    .filter((component) => reached.has(component['bom-ref']))
    // What serves development here may be shipped all the same, in the console.
    .map(({ properties = [], ...component }) => ({
      ...component,
      properties: properties.filter(({ name }) => name !== 'cdx:npm:package:development'),
    }));
  const dependencies = [{ ref: root, dependsOn: direct }, ...whole.dependencies.filter(({ ref }) => reached.has(ref))];
  const { timestamp: _made, ...metadata } = whole.metadata;
  const component = { ...metadata.component, type: 'application', name: manifest.name };
  const part = { ...whole, metadata: { ...metadata, component }, components, dependencies };
  return { ...part, serialNumber: serialOf({ components, dependencies, component }) };
}

/** Development dependencies that a module of the console imports; types leave nothing behind. */
function consolePackages({ devDependencies }: Manifest): string[] {
  const exclude = ['**/*.test.ts', '**/vite.config.ts'];
  const files = globSync('console/**/*.{ts,tsx,css}', { cwd: projectFolder, exclude });
  const imported = new Set(
    files.flatMap((file) =>
      [...readFileSync(join(projectFolder, file), 'utf8').matchAll(IMPORT)].map(([, name = '']) => name),
    ),
  );
  return Object.keys(devDependencies).filter((name) => imported.has(name));
}

/** Gives the name of the package, without a path in it. */
const IMPORT = /^@?import (?!type\b)[^'"]*['"]((?:@[^/'"]+\/)?[^/'"]+)/gm;

/** A UUID of the content (RFC 9562, version 8). */
function serialOf(content: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const [first, second, third, fourth, last] = [0, 8, 13, 17, 20].map((start, index) =>
    hash.slice(start, start + [8, 4, 3, 3, 12][index]!),
  );
  return `urn:uuid:${first}-${second}-8${third}-a${fourth}-${last}`;
}
