import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of the demonstration in a process of its own. */
export interface Program extends AsyncDisposable {
  /** What it said in the line that announces it. */
  ready: Readonly<Record<string, unknown>>;
  pid: number;
  /** Settles when the process has ended, for whatever reason. */
  ended: Promise<void>;
  /** Ends the process: from now on nobody listens there. */
  stop(): Promise<void>;
}

/**
 * Starts a file with its configuration and waits for its one line of JSON. It ends with this process, however that
 * happens: the channel between the two closes.
 * @param file from the project's folder, e.g. `demo/providers/contoso.ts`
 */
export async function startProgram(
  file: string,
  configuration: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const child = fork(path, [JSON.stringify(configuration)], {
    execArgv: [],
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // Ctrl+C in a terminal reaches all its processes at once; who started it decides the order of ending
    detached: true,
  });
  if (child.stdout === null || child.pid === undefined) throw new Error(`${file} did not start`);
  const ended = once(child, 'exit').then(() => undefined);
  const first = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  if (first === undefined) throw new Error(`${file} ended before it was ready`);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return {
    ready: JSON.parse(String(first[0])) as Program['ready'],
    pid: child.pid,
    ended,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
