import { Command, CommanderError } from 'commander';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { readConfig } from '../config.ts';
import type { Environment } from '../config.ts';
import { createText } from '../texts/catalog.ts';
import { diagnose } from './doctor.ts';
import type { InstallationDeps } from './installation.ts';
import { migrateNow } from './migrate.ts';
import { EXIT, report } from './terminal.ts';
import type { ExitCode, Result, Terminal } from './terminal.ts';

export interface Process {
  terminal: Terminal;
  environment: Environment;
}

/** Runs `gatehouse <words>` and returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCommand(words: readonly string[], { terminal, environment }: Process): Promise<ExitCode> {
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
