import cluster from 'node:cluster';
import { Command, CommanderError } from 'commander';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { readConfig } from '../config.ts';
import type { Environment } from '../config.ts';
import { createText } from '../texts/catalog.ts';
import { diagnose } from './doctor.ts';
import type { InstallationDeps } from './installation.ts';
import { migrateNow } from './migrate.ts';
import { complain, EXIT, report } from './terminal.ts';
import type { ExitCode, Result, Terminal } from './terminal.ts';

/** What the process gives a command. */
export interface Process {
  terminal: Terminal;
  environment: Environment;
  /** Settles when the process is asked to stop; `heard` is called at once. */
  stopRequested(heard: () => void): Promise<void>;
}

/** Runs `gatehouse <words>` and returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCommand(
  words: readonly string[],
  { terminal, environment, stopRequested }: Process,
): Promise<ExitCode> {
  const name = environment['GATEHOUSE_PRODUCT_NAME'] ?? '';
  const t = createText('en', name === '' ? 'Gatehouse' : name);
  let exitCode: ExitCode = EXIT.done;
  const program = new Command('gatehouse')
    .description(t('cli.description'))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });

  /** A command that does its work and ends. */
  const command = (
    usage: string,
    description: string,
    work: (deps: InstallationDeps, options: Options) => Promise<Result>,
  ): Command =>
    program
      .command(usage)
      .description(description)
      .option('--json', t('cli.json'))
      .action(async (options: Options) => {
        exitCode = await report({ terminal, t, json: options['json'] === true }, async () =>
          work({ config: readConfig(environment), clock: systemClock, log: silentLog, t }, options),
        );
      });
  program
    .command('serve')
    .description(t('cli.serve'))
    .option('--json', t('cli.json'))
    .action(async (options: Options) => {
      const json = options['json'] === true;
      const fail = (error: unknown): void => {
        complain({ terminal, t, json }, error);
        exitCode = EXIT.failed;
      };
      try {
        const config = readConfig(environment);
        // Everything else starts without what only the service needs.
        const [{ serve }, { createLogger }] = await Promise.all([import('./serve.ts'), import('../http/logger.ts')]);
        await serve({
          config,
          clock: systemClock,
          log: createLogger(config.logLevel),
          t,
          stopRequested: stopRequested(() => {
            if (cluster.isPrimary) terminal.err(t('cli.serve.stopping'));
          }),
          async ready() {
            const url = config.publicUrl.origin;
            terminal.out(json ? JSON.stringify({ url }) : t('cli.serve.ready', { url }));
          },
        });
      } catch (error) {
        fail(error);
      }
    });
  command('migrate', t('cli.migrate'), migrateNow);
  command('doctor', t('cli.doctor'), diagnose);

  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

type Options = Readonly<Record<string, unknown>>;
