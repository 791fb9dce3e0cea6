import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export type Settings = Readonly<Record<string, string>>;

/** What a command printed, and its exit code. */
export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** `gatehouse …` as a process of its own that knows these settings and nothing else of our environment but Node's compile cache. */
export class CommandLine {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  out = '';
  err = '';
  readonly #ended: Promise<Outcome>;

  constructor(words: readonly string[], settings: Settings) {
    const { NODE_COMPILE_CACHE } = process.env;
    const env = { ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }), ...settings };
    this.child = spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.err += text));
    this.#ended = once(this.child, 'close').then(([code]) => ({
      code: code as number | null,
      out: this.out,
      err: this.err,
    }));
  }

  /** Its end. */
  async ended(): Promise<Outcome> {
    return this.#ended;
  }

  /** Waits until it printed this; throws with all it said when it ends before. */
  async says(text: string): Promise<void> {
    const over = this.#ended.then(() => 'over' as const);
    while (!this.out.includes(text) && !this.err.includes(text)) {
      const news = Promise.race([once(this.child.stdout, 'data'), once(this.child.stderr, 'data'), over]);
      if ((await news) === 'over') throw new Error(`it ended without saying “${text}”:\n${this.out}${this.err}`);
    }
  }

  /** Ends it as a service manager does, and waits. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> {
    this.child.kill(signal);
    return this.#ended;
  }
}

/** Runs `gatehouse …` to its end. */
export async function gatehouse(words: readonly string[], settings: Settings): Promise<Outcome> {
  return new CommandLine(words, settings).ended();
}
