import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/**
 * The configuration of a process: its first argument, JSON itself or the path of a JSON file.
 * Ends the process with code 2 and one sentence per mistake.
 */
export function readConfig<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
  const argument = process.argv[2] ?? '{}';
  try {
    const text = argument.trimStart().startsWith('{') ? argument : readFileSync(argument, 'utf8');
    return schema.parse(JSON.parse(text));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

/** Prints the one line that says the program is ready, and ends the process with whoever started it. */
export function announce(ready: { origin: string } & Readonly<Record<string, string>>): void {
  if (process.channel !== undefined) process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, ...ready })}\n`);
}
