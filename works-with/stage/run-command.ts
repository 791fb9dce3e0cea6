import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { toolEnvironment } from '../../tools/project.ts';

const MINUTE_MS = 60_000;
const LOOKS_PER_SECOND = 4;

export interface Command {
  cwd?: string;
  environment?: Readonly<Record<string, string>>;
  minutes?: number;
}

/** Runs a command to its end. Throws with the end of its output when it fails or takes too long. */
export async function runCommand(command: string, words: readonly string[], how: Command = {}): Promise<string> {
  const child = spawn(command, words, {
    ...(how.cwd === undefined ? {} : { cwd: how.cwd }),
    env: toolEnvironment(how.environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: (how.minutes ?? 10) * MINUTE_MS,
  });
  let output = '';
  const collect = (text: Buffer): void => void (output += text.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${words.join(' ').slice(0, 100)}: ${output.trim().slice(-1500)}`);
  return output;
}

/** `NAME=value` a line, as an environment. */
export function readEnvironment(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

const endings = new Set<() => void>();

/** Ends every program that still runs: one of them took too long. */
export function endAll(): void {
  for (const end of endings) end();
}

/** A program that runs until it is stopped, with all processes it started itself. */
export interface Running extends AsyncDisposable {
  stop(): Promise<void>;
}

/**
 * Starts a program in a process group of its own and waits until an address answers without a fault of the server's.
 * @param how.log where its output goes
 */
export async function startCommand(
  command: string,
  words: readonly string[],
  how: Command & { answers: string; log: string },
): Promise<Running> {
  const child = spawn(command, words, {
    ...(how.cwd === undefined ? {} : { cwd: how.cwd }),
    env: toolEnvironment(how.environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const log = createWriteStream(how.log, { flags: 'a' });
  let last = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      last = (last + text.toString()).slice(-1500);
      log.write(text);
    });
  }
  let hasEnded = false;
  const ended = once(child, 'exit')
    .catch((error: Error) => void (last = error.message)) // it is not there
    .then(() => void (hasEnded = true));
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name); // its own group: nobody else's processes
    } catch {
      // gone already
    }
  };
  const endNow = (): void => signal('SIGKILL');
  process.on('exit', endNow);
  endings.add(endNow);
  const stop = async (): Promise<void> => {
    signal('SIGTERM');
    await Promise.race([ended, pause(10_000)]);
    signal('SIGKILL');
    await ended;
    process.off('exit', endNow);
    endings.delete(endNow);
    log.end();
  };
  const until = Date.now() + (how.minutes ?? 3) * MINUTE_MS;
  while (!(await answers(how.answers))) {
    if (hasEnded) throw new Error(`${command} ended before it was ready: ${last.trim()}`);
    if (Date.now() > until) {
      await stop();
      throw new Error(`${command} does not answer at ${how.answers}: ${last.trim()}`);
    }
    await pause(1000 / LOOKS_PER_SECOND);
  }
  return { stop, [Symbol.asyncDispose]: stop };
}

async function answers(address: string): Promise<boolean> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(5000), redirect: 'manual' });
    await answer.arrayBuffer();
    return answer.status < 500;
  } catch {
    return false;
  }
}
