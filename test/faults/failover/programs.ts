import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A program of the operating system that runs until it is stopped or killed. */
export interface Program {
  pid: number;
  ended: Promise<void>;
  /** Asks it to end; kills it when it does not within ten seconds. */
  stop(): Promise<void>;
  kill(): void;
}

/** Throws with the packages to install when one of the programs is not there. */
export function requirePrograms(programs: readonly string[], packages: string): void {
  const missing = programs.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  if (missing.length > 0) throw new Error(`${missing.join(', ')} not here: apt-get install ${packages}`);
}

/** Starts a program, as the user `postgres` where asked; `logFile` has what it says. */
export function startProgramAs(
  user: 'postgres' | 'us',
  words: readonly [string, ...string[]],
  how: { logFile: string; environment?: Readonly<Record<string, string>> },
): Program {
  // setpriv becomes the program, so signals reach it.
  const asUser = user === 'postgres' && process.getuid?.() === 0;
  const [command, ...args] = asUser
    ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...words]
    : [...words];
  const child = spawn(command ?? '', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // the account's home is not ours
    env: { PATH: process.env['PATH'] ?? '', HOME: '/tmp', LC_ALL: 'C.UTF-8', ...how.environment },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (said: Buffer) => appendFileSync(how.logFile, said));
  }
  const ended = once(child, 'exit').then(() => undefined);
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  void ended.then(() => process.off('exit', kill));
  return {
    pid: child.pid ?? 0,
    ended,
    kill,
    async stop() {
      child.kill('SIGTERM');
      const gone = await Promise.race([ended.then(() => true), pause(10_000).then(() => false)]);
      if (!gone) kill();
      await ended;
    },
  };
}

/** Waits until something holds. Throws with `what` after so many seconds. */
export async function until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
  const late = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > late) throw new Error(`${what}: not within ${seconds} seconds`);
    await pause(100);
  }
}

/** Whether somebody listens on a port of this machine. */
export async function listensOn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
