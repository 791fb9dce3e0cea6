/*
 * The operator's door: `gatehouse <command>`.
 *
 * main.ts → runCommand (this file: words and options) → one file per command → an operation of a room → its store.
 *
 *   serve/          serve.ts, workers.ts (several processes on one port), listen.ts, stop.ts (signals, draining)
 *   installation/   what every command works on: installation.ts opens the database and the keys; master-key.ts,
 *                   check-master-key.ts, data-folder.ts (disk, public URL)
 *   backup/         backup.ts, verify-backup.ts, restore.ts of files or rows; restore-rows.ts into DATABASE_URL; archive-log.ts
 *                   and forget-log.ts for archived log, find-log-target.ts how it is replayed; upgrade-database.ts to another
 *                   major version of PostgreSQL
 *   dev/            for development only: provider.ts starts a stand-in, loaded when it is asked for
 *   keys/           signing keys and master keys: status, rotate, forget
 *   setup, recover, create-token, migrate, verify-audit, doctor, status, take-bounce
 *   operator.ts     who calls, for the audit log; terminal.ts: sentence or JSON, exit code 0 done, 1 failed, 2 usage
 *
 * A refusal is an AppError; its detail is the sentence for the operator, from texts/cli/en-cli.ts.
 */
import cluster from 'node:cluster';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { systemClock } from '../base/clock.ts';
import { readId } from '../base/ids.ts';
import type { OrganizationId } from '../base/ids.ts';
import { silentLog } from '../base/log.ts';
import { readConfig } from '../config.ts';
import type { Environment } from '../config.ts';
import { createTexts } from '../texts/catalog.ts';
import type { Text } from '../texts/catalog.ts';
import { API_TOKEN_DAYS, MOST_API_TOKEN_DAYS } from '../callers/api-token.ts';
import type { BackupWords } from './backup/backup-words.ts';
import { asksForOneThing } from './backup/backup-words.ts';
import type { LongDeps } from './backup/backup.ts';
import { createToken } from './create-token.ts';
import { diagnose } from './doctor.ts';
import type { Installation } from './installation/installation.ts';
import { forgetKeys } from './keys/forget-keys.ts';
import { rotateKeys } from './keys/rotate-keys.ts';
import { showKeys } from './keys/show-keys.ts';
import { migrateNow } from './migrate.ts';
import { recover } from './recover.ts';
import { openSetupLink, setUp } from './setup.ts';
import { showStatus } from './status.ts';
import type { StopRequest } from './serve/stop.ts';
import { complain, EXIT, report } from './terminal.ts';
import type { ExitCode, Result, Terminal } from './terminal.ts';
import { verifyAudit } from './verify-audit.ts';

/** What the process gives a command. */
export interface Process {
  terminal: Terminal;
  environment: Environment;
  /** What is piped into a command that reads. */
  input: AsyncIterable<Uint8Array>;
  /** Settles when the process is asked to stop; `heard` is called at once. */
  stopRequested(heard: () => void): Promise<StopRequest>;
}

/** Runs `gatehouse <words>` and returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCommand(words: readonly string[], given: Process): Promise<ExitCode> {
  const { terminal, environment } = given;
  const name = environment['GATEHOUSE_PRODUCT_NAME'] ?? '';
  const t = createTexts(name === '' ? 'Gatehouse' : name).default;
  let exitCode: ExitCode = EXIT.done;
  const program = new Command('gatehouse')
    .description(t('cli.description'))
    .exitOverride()
    // Else `--json` after `backup verify` would be an option of `backup`.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  const json = (options: object): boolean => 'json' in options && options.json === true;

  /** A command that does its work and ends. */
  const command = <O extends object>(
    parent: Command,
    words: string,
    description: string,
    work: (deps: LongDeps, options: O) => Promise<Result>,
  ): Command =>
    parent
      .command(words)
      .description(description)
      .option('--json', t('cli.json'))
      .action(async (options: O) => {
        exitCode = await report({ terminal, t, json: json(options) }, async () =>
          work({ config: readConfig(environment), clock: systemClock, log: silentLog, t, terminal }, options),
        );
      });

  /** A command about a backup file, which may take long; it is loaded when it is called for. */
  const fileCommand = <O extends object>(
    parent: Command,
    word: string,
    description: string,
    load: () => Promise<(deps: LongDeps, options: O & { file: string }) => Promise<Result>>,
    argument = '<file>',
  ): Command =>
    parent
      .command(word)
      .description(description)
      .argument(argument, t('cli.backup.file'))
      .option('--json', t('cli.json'))
      .action(async (file: string, options: O) => {
        exitCode = await report({ terminal, t, json: json(options) }, async () => {
          const work = await load();
          const given = { config: readConfig(environment), clock: systemClock, log: silentLog, t, terminal };
          return work(given, { ...options, file });
        });
      });

  program
    .command('serve')
    .description(t('cli.serve'))
    .option('--json', t('cli.json'))
    .action(async (options: object) => {
      try {
        await serveUntilStopped(given, t, json(options));
      } catch (error) {
        complain({ terminal, t, json: json(options) }, error);
        exitCode = EXIT.failed;
      }
    });
  command(program, 'setup', t('cli.setup'), setUp)
    .requiredOption('--organization <name>', t('cli.setup.organization'))
    .requiredOption('--email <address>', t('cli.setup.email'));
  command(program, 'recover', t('cli.recover'), recover)
    .requiredOption('--email <address>', t('cli.recover.email'))
    .option('--organization <id>', t('cli.recover.organization'), organizationId(t));
  command(program.command('token').description(t('cli.token')), 'create', t('cli.token.create'), createToken)
    .requiredOption('--organization <id>', t('cli.token.organization'), organizationId(t))
    .addOption(
      new Option('--role <role>', t('cli.token.role'))
        .choices(['administrator', 'editor', 'viewer'])
        .makeOptionMandatory(),
    )
    .option('--expires <days>', t('cli.token.expires'), days(t), API_TOKEN_DAYS);
  command(program.command('audit').description(t('cli.audit')), 'verify', t('cli.audit.verify'), verifyAudit);
  command(program, 'migrate', t('cli.migrate'), migrateNow).option('--plan', t('cli.migrate.plan.option'));
  const work = async () => (await import('./backup/back-up-or-archive.ts')).backUpOrArchive;
  const backup = fileCommand<BackupWords>(program, 'backup', t('cli.backup'), work, '[file]')
    .option('--overwrite', t('cli.backup.overwrite'))
    .option('--logical', t('cli.backup.logical'))
    .option('--wal <folder>', t('cli.wal'))
    .option('--no-wal', t('cli.wal.off'))
    .option('--forget-before <file>', t('cli.wal.forget'));
  backup.hook('preAction', (_, called) => {
    const [file] = called.args;
    const words = { ...called.opts<BackupWords>(), ...(file === undefined ? {} : { file }) };
    if (called === backup && !asksForOneThing(words)) called.error(t('cli.wal.one-thing'));
  });
  const verify = async () => (await import('./backup/verify-backup.ts')).verifyBackup;
  fileCommand(backup, 'verify', t('cli.backup.verify'), verify).option('--wal [folder]', t('cli.wal.verified'));
  const restore = async () => (await import('./backup/restore.ts')).restore;
  fileCommand(program, 'restore', t('cli.restore'), restore)
    .option('--replace', t('cli.restore.replace'))
    .option('--to <time>', t('cli.restore.to'), moment(t))
    .option('--wal [folder]', t('cli.restore.wal'));
  const keys = program.command('keys').description(t('cli.keys'));
  command(keys, 'status', t('cli.keys.status'), showKeys);
  command(keys, 'rotate', t('cli.keys.rotate'), rotateKeys)
    .option('--now', t('cli.keys.rotate.now'))
    .option('--confirm', t('cli.keys.rotate.confirm'))
    .addOption(new Option('--master', t('cli.keys.rotate.master')).conflicts('now'));
  command(keys, 'forget', t('cli.keys.forget'), forgetKeys);
  command(
    program.command('database').description(t('cli.database')),
    'upgrade',
    t('cli.database.upgrade'),
    async (deps, options: { programs?: string }) =>
      (await import('./backup/upgrade-database.ts')).upgradeDatabase(deps, options),
  ).option('--programs <folder>', t('cli.database.upgrade.programs'));
  command(
    program.command('mail').description(t('cli.mail')),
    'bounced',
    t('cli.mail.bounced'),
    async (deps, options: { address?: string }) => {
      const { takeBouncedMail } = await import('./take-bounce.ts');
      return takeBouncedMail({ ...deps, input: given.input }, options);
    },
  )
    .option('--address <address>', t('cli.mail.bounced.address'))
    .hook('postAction', () => {
      if (exitCode === EXIT.failed) exitCode = EXIT.tryAgain;
    });
  command(program, 'doctor', t('cli.doctor'), diagnose);
  command(program, 'status', t('cli.status'), showStatus);
  program
    .command('dev')
    .description(t('cli.dev'))
    .command('provider')
    .description(t('cli.dev.provider'))
    .addOption(
      new Option('--as <product>', t('cli.dev.provider.as'))
        .choices(['entra-id', 'okta', 'keycloak', 'google', 'any'])
        .default('any'),
    )
    .option('--port <port>', t('cli.dev.provider.port.help'), port(t), 4010)
    .option('--redirect-uri <url...>', t('cli.dev.provider.redirect-uri'))
    .option('--person <address...>', t('cli.dev.provider.person'))
    .option('--json', t('cli.json'))
    .action(async (options: { as: string; port: number; json?: boolean }) => {
      try {
        const { runProvider } = await import('./dev/provider.ts');
        const stop = given.stopRequested(() => undefined);
        await runProvider({ config: readConfig(environment), t, terminal, stopRequested: stop }, options);
      } catch (error) {
        complain({ terminal, t, json: json(options) }, error);
        exitCode = EXIT.failed;
      }
    });

  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

async function serveUntilStopped(
  { terminal, environment, stopRequested }: Process,
  t: Text,
  json: boolean,
): Promise<void> {
  const config = readConfig(environment);
  // The other commands start without what only the service needs.
  const [{ serve }, { createLogger }] = await Promise.all([import('./serve/serve.ts'), import('../http/logger.ts')]);
  const deps = {
    config,
    clock: systemClock,
    log: createLogger(config.logLevel, undefined, config.traces !== undefined),
    t,
  };
  await serve({
    ...deps,
    stopRequested: stopRequested(() => {
      if (cluster.isPrimary) terminal.err(t('cli.serve.stopping'));
    }),
    async ready(installation: Installation) {
      const url = config.publicUrl.origin;
      const setupUrl = await openSetupLink(deps, installation);
      if (json) terminal.out(JSON.stringify({ url, ...(setupUrl === undefined ? {} : { setupUrl }) }));
      else {
        terminal.out(t('cli.serve.ready', { url }));
        if (setupUrl !== undefined) terminal.out(t('cli.serve.setup', { url: setupUrl }));
      }
    },
  });
}

function organizationId(t: Text): (text: string) => OrganizationId {
  return (text) => {
    const id = readId('org', text);
    if (id === undefined) throw new InvalidArgumentError(t('cli.not-an-id'));
    return id;
  };
}

function port(t: Text): (text: string) => number {
  return (text) => {
    const value = /^\d{1,5}$/.test(text) ? Number(text) : -1;
    if (value < 0 || value > 65_535) throw new InvalidArgumentError(t('cli.not-a-port'));
    return value;
  };
}

/** A moment with its time zone: a local one would be another on another machine. */
function moment(t: Text): (text: string) => Date {
  return (text) => {
    const read = z.iso.datetime({ offset: true }).safeParse(text.replace(' ', 'T'));
    if (!read.success) throw new InvalidArgumentError(t('cli.not-a-moment'));
    return new Date(read.data);
  };
}

function days(t: Text): (text: string) => number {
  return (text) => {
    const value = /^\d{1,3}$/.test(text) ? Number(text) : 0;
    if (value < 1 || value > MOST_API_TOKEN_DAYS) {
      throw new InvalidArgumentError(t('cli.not-days', { most: MOST_API_TOKEN_DAYS }));
    }
    return value;
  };
}
