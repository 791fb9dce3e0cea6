import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAMS = fileURLToPath(new URL('./programs/', import.meta.url));
const PATIENCE_MS = 60_000;

/** The Python that has Debian's python3-authlib, undefined where it is not installed. */
function pythonWithAuthlib(): string | undefined {
  return ['/usr/bin/python3', 'python3'].find(
    (python) => spawnSync(python, ['-c', 'import authlib, requests'], { timeout: PATIENCE_MS }).status === 0,
  );
}

/** Why a program cannot run here, in one sentence; undefined when it can. */
export function reasonToSkip(program: string): string | undefined {
  return program.endsWith('.py') && pythonWithAuthlib() === undefined
    ? 'skipped: python3-authlib is not installed (apt-get install python3-authlib)'
    : undefined;
}

/** Starts a client program and waits until it listens; it ends with this process. */
export async function startClient(program: string, environment: Record<string, string>): Promise<AsyncDisposable> {
  const command = program.endsWith('.py') ? (pythonWithAuthlib() ?? 'python3') : process.execPath;
  const child = spawn(command, [`${PROGRAMS}${program}`], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const note = (chunk: Buffer): void => void said.push(chunk.toString());
  child.stderr.on('data', note);
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => said.push(line));
  const ended = once(child, 'exit');
  while (!said.includes('ready')) {
    const [first] = await Promise.race([
      once(lines, 'line', { signal: AbortSignal.timeout(PATIENCE_MS) }),
      ended.then(() => ['exit']),
    ]);
    if (first === 'exit') throw new Error(`${program} ended: ${said.join('\n')}`);
  }
  return {
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
