import { Readable } from 'node:stream';
import type { Outcome, Settings } from './command-line.ts';
import { runCommand } from '../../src/cli/commands.ts';

/** As `gatehouse` of `command-line.ts`, in this process: for commands that neither serve nor wait, at a tenth of the time. */
export async function gatehouseHere(words: readonly string[], settings: Settings, input = ''): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(words, {
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
    environment: settings,
    input: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    stopRequested: async () => new Promise(() => {}),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
