import { findUnknown } from '../applications/health/count-unknown.ts';
import { DAY, utcMinute } from '../base/clock.ts';
import { checkDatabase, CLOCK_TOLERANCE, clockOffset, countConnections } from '../db/database.ts';
import { migrationState, readMigrations } from '../db/migrate.ts';
import { tryMigrating } from '../db/migrating/try-migrating.ts';
import type { OpenDatabase } from '../db/open-database.ts';
import { findMissedPartitions, makeMissedPartitions } from '../db/partitions.ts';
import { tryWriting } from '../db/readiness.ts';
import { findRoles, readRoles, roleLines } from '../db/roles.ts';
import { refusal } from './finding.ts';
import type { Finding } from './finding.ts';
import { mostConnections } from './installation/installation.ts';
import type { InstallationDeps } from './installation/installation.ts';

/** What `gatehouse doctor` finds in an open database. */
export async function lookAtDatabase(deps: InstallationDeps, database: OpenDatabase): Promise<Finding[]> {
  const { clock, t } = deps;
  const seconds = Math.round(Math.abs(await clockOffset(database.db, clock)));
  return [
    await lookAtWriting(deps, database),
    lookAtEncryption(deps, database),
    await lookAtConnections(deps, database),
    await lookAtSchema(deps, database),
    ...(await lookAtMigrating(deps, database)),
    ...(await lookAtRoles(database, t)),
    ...(await lookAtPartitions(deps, database)),
    ...(await lookAtUnknownApplications(deps, database)),
    seconds <= CLOCK_TOLERANCE
      ? finding('clock', true, t('cli.doctor.clock'))
      : finding('clock', false, t('cli.doctor.clock.off', { seconds })),
  ];
}

/** The clocks are a finding of their own. */
async function lookAtWriting({ t }: InstallationDeps, { db, serverVersion }: OpenDatabase): Promise<Finding> {
  try {
    await checkDatabase(db);
    await tryWriting(db);
    return finding('database', true, t('cli.doctor.database', { version: serverVersion }));
  } catch (error) {
    return refusal(error, { t });
  }
}

function lookAtEncryption({ t }: InstallationDeps, { protection }: OpenDatabase): Finding {
  const { protocol = '', checked, fellBack, local } = protection;
  if (protocol !== '') return finding('encryption', true, t(`cli.doctor.encryption.${checked}`, { protocol }));
  if (fellBack) return finding('encryption', false, t('cli.doctor.encryption.not-offered'));
  return finding('encryption', true, t(local ? 'cli.doctor.encryption.local' : 'cli.doctor.encryption.off'));
}

async function lookAtConnections({ config, t }: InstallationDeps, { db }: OpenDatabase): Promise<Finding> {
  const needed = mostConnections(config);
  const free = await countConnections(db);
  return needed <= free
    ? finding('connections', true, t('cli.doctor.connections', { needed, free, servers: Math.floor(free / needed) }))
    : finding('connections', false, t('cli.doctor.connections.too-few', { needed, free, workers: config.workers }));
}

async function lookAtSchema({ t }: InstallationDeps, { db }: OpenDatabase): Promise<Finding> {
  const { applied, pending } = await migrationState(db, await readMigrations());
  return pending.length === 0
    ? finding('schema', true, t('cli.doctor.schema', { count: applied.length }))
    : finding('schema', false, t('cli.doctor.schema.behind', { names: pending.join(', ') }));
}

/** Where the next start would migrate: tries it in a transaction that is rolled back. */
async function lookAtMigrating({ config, clock, t }: InstallationDeps, database: OpenDatabase): Promise<Finding[]> {
  const migrations = await readMigrations();
  const { pending } = await migrationState(database.db, migrations);
  if (pending.length === 0 || !config.migrate) return [];
  try {
    await tryMigrating({ database, clock }, migrations);
    return [finding('migrating', true, t('cli.doctor.migrating'))];
  } catch (error) {
    return [{ ...refusal(error, { t }), check: 'migrating' }];
  }
}

async function lookAtRoles({ db, users, schema }: OpenDatabase, t: InstallationDeps['t']): Promise<Finding[]> {
  const roles = await findRoles(db);
  if (roles === undefined) return [finding('roles', true, t('cli.doctor.roles.made'))];
  const state = await readRoles(db, roles, users, schema);
  const lines = roleLines(state);
  const missing = { lines: lines.join('\n  ') };
  const strangers = state.strangers.map(({ role, member }) => `${member} (${role})`).join(', ');
  return [
    lines.length === 0
      ? finding('roles', true, t('cli.doctor.roles'))
      : finding('roles', false, t('cli.doctor.roles.missing', missing)),
    ...(strangers === '' ? [] : [finding('roles', false, t('cli.doctor.roles.strangers', { strangers }))]),
    ...(state.poolMayOwn ? [finding('roles', true, t('cli.doctor.roles.one-user', { user: users.pool }))] : []),
  ];
}

/** Requests that name an application that is none: a client ID that was mistyped or removed, or somebody who tries some. */
async function lookAtUnknownApplications({ clock, t }: InstallationDeps, { db }: OpenDatabase): Promise<Finding[]> {
  const { pending } = await migrationState(db, await readMigrations());
  if (pending.length > 0) return [];
  const { count, clientId, lastAt } = await findUnknown({ db, clock }, { seconds: DAY });
  if (count === 0 || lastAt === null) return [];
  const values = { count, clientId: clientId ?? '–', at: utcMinute(lastAt) };
  return [finding('unknown-applications', true, t('cli.doctor.unknown-applications', values))];
}

/** Tries in a transaction that is rolled back what the service does when it misses a partition. */
async function lookAtPartitions({ clock, t }: InstallationDeps, { db }: OpenDatabase): Promise<Finding[]> {
  const missed = await findMissedPartitions({ db, clock });
  if (missed.length === 0) return [];
  const attempt = await db.startTransaction().execute();
  try {
    await makeMissedPartitions({ db: attempt, clock });
    return [finding('partitions', true, t('cli.doctor.partitions.missed', { tables: missed.join(', ') }))];
  } catch (error) {
    return [{ ...refusal(error, { t }), check: 'partitions' }];
  } finally {
    await attempt.rollback().execute();
  }
}

function finding(check: Finding['check'], good: boolean, message: string): Finding {
  return { check, good, message };
}
