import { join } from 'node:path';
import type { AppError } from '../base/errors.ts';
import { CLOCK_TOLERANCE, clockOffset } from '../db/database.ts';
import { lockHolder } from '../db/embedded/folder-lock.ts';
import { migrationState, readMigrations } from '../db/migrate.ts';
import type { OpenDatabase } from '../db/open-database.ts';
import { findRoles, readRoles, roleLines } from '../db/roles.ts';
import { checkMasterKey } from './installation/check-master-key.ts';
import { openInstallation } from './installation/installation.ts';
import type { Installation, InstallationDeps } from './installation/installation.ts';
import { masterKeyFile } from './installation/master-key.ts';
import { sentenceOf } from './terminal.ts';
import type { Result } from './terminal.ts';

interface Finding {
  check: 'settings' | 'folder' | 'master-key' | 'service' | 'database' | 'schema' | 'roles' | 'clock';
  good: boolean;
  message: string;
}

/** `gatehouse doctor`: checks what the service depends on; each fault is printed with what to do. */
export async function diagnose(deps: InstallationDeps): Promise<Result> {
  const { config, t } = deps;
  const findings: Finding[] = [
    { check: 'settings', good: true, message: t('cli.doctor.settings', { url: config.publicUrl.origin }) },
  ];
  if (config.databaseUrl === undefined) findings.push(await lookAtService(deps));
  try {
    await using installation = await openInstallation(deps);
    const message =
      config.masterKeys === undefined
        ? t('cli.doctor.key.file', { file: masterKeyFile(config.dataFolder) })
        : t('cli.doctor.key.given');
    findings.push(await lookAtMasterKey(deps, installation, message));
    findings.push(...(await lookAtDatabase(deps, installation.database)));
  } catch (error) {
    findings.push(refusal(error, deps));
  }
  const bad = findings.filter(({ good }) => !good).length;
  const lines = findings.map(({ good, message }) => `${good ? '✓' : '✗'} ${message}`);
  const verdict = bad === 0 ? t('cli.doctor.sound') : t('cli.doctor.unsound', { count: bad });
  return { data: { good: bad === 0, findings }, text: [...lines, verdict].join('\n'), good: bad === 0 };
}

async function lookAtService({ config, t }: InstallationDeps): Promise<Finding> {
  const pid = await lockHolder(join(config.dataFolder, 'serve.lock'));
  const message = pid === undefined ? t('cli.doctor.not-serving') : t('cli.doctor.serving', { pid: String(pid) });
  return { check: 'service', good: true, message };
}

async function lookAtMasterKey(deps: InstallationDeps, installation: Installation, fine: string): Promise<Finding> {
  try {
    await checkMasterKey({ ...deps, db: installation.database.db, secrets: installation.secrets });
    return { check: 'master-key', good: true, message: fine };
  } catch (error) {
    return refusal(error, deps);
  }
}

async function lookAtDatabase({ clock, t }: InstallationDeps, database: OpenDatabase): Promise<Finding[]> {
  const { db } = database;
  const { applied, pending } = await migrationState(db, await readMigrations());
  const seconds = Math.round(Math.abs(await clockOffset(db, clock)));
  return [
    { check: 'database', good: true, message: t('cli.doctor.database', { version: database.serverVersion }) },
    pending.length === 0
      ? { check: 'schema', good: true, message: t('cli.doctor.schema', { count: applied.length }) }
      : { check: 'schema', good: false, message: t('cli.doctor.schema.behind', { names: pending.join(', ') }) },
    ...(await lookAtRoles(database, t)),
    seconds <= CLOCK_TOLERANCE
      ? { check: 'clock', good: true, message: t('cli.doctor.clock') }
      : { check: 'clock', good: false, message: t('cli.doctor.clock.off', { seconds }) },
  ];
}

async function lookAtRoles({ db, users }: OpenDatabase, t: InstallationDeps['t']): Promise<Finding[]> {
  const roles = await findRoles(db);
  if (roles === undefined) return [{ check: 'roles', good: true, message: t('cli.doctor.roles.made') }];
  const state = await readRoles(db, roles, users);
  const lines = roleLines(state);
  const missing = { lines: lines.join('\n  ') };
  const strangers = state.strangers.map(({ role, member }) => `${member} (${role})`).join(', ');
  return [
    lines.length === 0
      ? { check: 'roles', good: true, message: t('cli.doctor.roles') }
      : { check: 'roles', good: false, message: t('cli.doctor.roles.missing', missing) },
    ...(strangers === '' ? [] : [finding('roles', false, t('cli.doctor.roles.strangers', { strangers }))]),
    ...(state.poolMayOwn ? [finding('roles', true, t('cli.doctor.roles.one-user', { user: users.pool }))] : []),
  ];
}

function finding(check: Finding['check'], good: boolean, message: string): Finding {
  return { check, good, message };
}

function refusal(error: unknown, { t }: InstallationDeps): Finding {
  const { code } = error as Partial<AppError>;
  if (code === undefined || !(code in CHECKS)) throw error;
  return { check: CHECKS[code as keyof typeof CHECKS], good: false, message: sentenceOf(error as AppError, t) };
}

const CHECKS = {
  'data.master-key': 'master-key',
  'data.other-master-key': 'master-key',
  'data.folder': 'folder',
  'data.full': 'folder',
  'database.unavailable': 'database',
  'database.too-old': 'database',
  'database.newer': 'schema',
} as const;
