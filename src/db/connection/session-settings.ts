import pg from 'pg';
import type { DatabaseRoles } from '../roles.ts';

/** Every session setting that our statements depend on, whatever the role, the database or the server has as its own. */
const SETTINGS: Readonly<Record<string, string>> = {
  datestyle: 'ISO, MDY', // the driver reads no other
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  row_security: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  lock_timeout: '0',
  idle_session_timeout: '0',
  // A kept statement is planned once, not for each use: over daily tables planning costs more than what it could save.
  plan_cache_mode: 'force_generic_plan',
};

export interface SessionSettings {
  /** Milliseconds after which the server cancels a statement; 0 for never. */
  statementMs: number;
  /** Milliseconds after which the server ends a transaction that waits for us, so a lost request cannot hold locks. */
  idleInTransactionMs: number;
  /** Where our tables are. */
  schema: string;
  /** The roles of this database; undefined before the first migration. */
  roles: DatabaseRoles | undefined;
  /** Whether the connection works in the role of the service from the start. */
  entersService: boolean;
}

/**
 * The one statement that is sent with each new connection, before it is used. It is SQL and not a startup parameter, so
 * that a connection pooler in session mode needs no setting for it.
 */
export function sessionStatement(settings: SessionSettings): string {
  const { roles } = settings;
  const pairs = Object.entries({
    ...SETTINGS,
    statement_timeout: String(settings.statementMs),
    idle_in_transaction_session_timeout: String(settings.idleInTransactionMs),
    search_path: pg.escapeIdentifier(settings.schema),
    ...(roles === undefined ? {} : { 'gatehouse.api_role': roles.api, 'gatehouse.service_role': roles.service }),
    ...(roles === undefined || !settings.entersService ? {} : { role: roles.service }),
  });
  const calls = pairs.map(
    ([name, value]) => `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, false)`,
  );
  return `select ${calls.join(', ')}`;
}
