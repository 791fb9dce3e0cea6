import { runCommand } from './cli/commands.ts';
import { stopRequested } from './cli/serve/stop.ts';
import { environment } from './config.ts';

process.exitCode = await runCommand(process.argv.slice(2), {
  environment: environment(),
  input: process.stdin,
  terminal: {
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    // Written over itself; the next line begins after it was wiped.
    ...(process.stderr.isTTY ? { progress: (text: string) => void process.stderr.write(`\r\u001B[K${text}`) } : {}),
  },
  stopRequested,
});
