import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figures.ts';

const runner = fileURLToPath(new URL('run.ts', import.meta.url));

/**
 * Runs one fault in namespaces of its own: `pid` makes it the first process, which collects no orphans; `mount` lets it
 * mount a small disk. Gives back its figures.
 */
export async function runInNamespace(kind: 'pid' | 'mount', words: readonly string[]): Promise<Figure[]> {
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const wanted = kind === 'pid' ? ['--pid', '--fork', '--mount-proc', '--kill-child'] : ['--mount'];
  const child = spawn('unshare', [...asRoot, ...wanted, process.execPath, runner, '--json', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await ended;
  const line = said.trim().split('\n').at(-1) ?? '';
  return JSON.parse(line) as Figure[];
}
