import type pg from 'pg';
import { sqlState } from '../../base/database-failure.ts';
import { AppError } from '../../base/errors.ts';

const UNKNOWN_PARAMETER = '42704';

/**
 * Whether reads may go to a standby: Pgpool-II before the database balances them, and a standby may not have yet what was
 * just written. Throws `database.unavailable` with the setting that sends all of this database to the primary
 * (Pgpool-II, "database_redirect_preference_list").
 */
export async function requirePrimaryReads(client: pg.Client): Promise<void> {
  // PostgreSQL has no such parameter; Pgpool-II answers it by itself.
  const version = await show(client, 'show pool_version');
  if (version === undefined) return;
  if ((await show(client, 'pgpool show load_balance_mode')) !== 'on') return;
  const preferences = (await show(client, 'pgpool show database_redirect_preference_list')) ?? '';
  if (staysAtPrimary(preferences, client.database ?? '')) return;
  throw new AppError('database.unavailable', {
    detail: `Pgpool-II stands before the database and sends reads to standbys, which may not have yet what was just written. Set there database_redirect_preference_list = '${client.database ?? ''}:primary', or load_balance_mode = off, and reload it.`,
  });
}

/** Of `database:node(ratio)` pairs the first whose expression is the database decides. */
export function staysAtPrimary(preferences: string, database: string): boolean {
  for (const preference of preferences.split(',')) {
    const [, expression = '', node = ''] = /^\s*(.*):([^:(]*)/.exec(preference) ?? [];
    if (matches(expression, database)) return node.trim() === 'primary' || node.trim() === '0';
  }
  return false;
}

function matches(expression: string, database: string): boolean {
  try {
    return expression !== '' && new RegExp(`^(?:${expression})$`).test(database);
  } catch {
    return false;
  }
}

async function show(client: pg.Client, statement: string): Promise<string | undefined> {
  try {
    const { rows } = await client.query<Record<string, string>>(statement);
    return Object.values(rows[0] ?? {})[0];
  } catch (error) {
    if (sqlState(error) === UNKNOWN_PARAMETER) return undefined;
    throw error;
  }
}
