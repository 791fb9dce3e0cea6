/** What every tool needs to know of the project: where it stands and how to run what npm installed for it. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const binFolder = join(projectFolder, 'node_modules', '.bin');

export interface Finished {
  /** Exit code; 1 when a signal ended the process. */
  readonly code: number;
  /** Standard output and standard error in the order they came; empty when they were inherited. */
  readonly output: string;
}

/**
 * The environment for child processes: Node 24 from npm comes first, so that tools whose first line is
 * `#!/usr/bin/env node` do not meet the older Node the machine may have.
 */
export function toolEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${binFolder}:${process.env['PATH'] ?? ''}`, ...more };
}

/** Runs a program of `node_modules/.bin` (or any other on the path) and waits for its end. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; inherit?: boolean; environment?: Readonly<Record<string, string>> } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? projectFolder,
      env: toolEnvironment(options.environment),
      stdio: options.inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
