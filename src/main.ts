import { runCommand } from './cli/commands.ts';
import { environment } from './config.ts';

/** Draining takes at most this long; what still runs then is cut off. */
const DRAIN_MS = 25_000;

/** The first signal asks to stop, a second one does not wait. */
function stopRequested(heard: () => void): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(1);
      asked = true;
      setTimeout(() => process.exit(1), DRAIN_MS).unref();
      heard();
      resolve();
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}

process.exitCode = await runCommand(process.argv.slice(2), {
  environment: environment(),
  terminal: { out: (line) => console.log(line), err: (line) => console.error(line) },
  stopRequested,
});
