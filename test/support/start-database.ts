import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { sqlState } from '../../src/base/database-failure.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { countOn } from './count-statements.ts';
import { copyDatabase } from './copy-database.ts';
import { queryAs } from './query.ts';

export interface TestDatabase extends AsyncDisposable {
  db: Database;
  /** For a service in a process of its own (DATABASE_URL). */
  url: string;
  open: OpenDatabase;
  /** Drops the database. */
  close(): Promise<void>;
}

/** `GATEHOUSE_SHARED_STATEMENTS=off npm test` runs everything without shared statements. */
export const SHARES_STATEMENTS = { sharesStatements: process.env['GATEHOUSE_SHARED_STATEMENTS'] !== 'off' };

let made = 0;

/**
 * A database of its own for a test file, migrated (`empty`: without any table; `started`: a service with the tests' master
 * key started on it), on the run's server.
 */
export async function createTestDatabase(
  options: { empty?: boolean; started?: boolean; poolSize?: number } = {},
): Promise<TestDatabase> {
  const { url, template, started } = inject('databaseServer');
  made += 1;
  const name = `gatehouse_test_${process.pid}_${made}`;
  const from = options.empty === true ? 'template1' : options.started === true ? started : template;
  await copyDatabase(url, from, name);

  const own = new URL(url);
  own.pathname = `/${name}`;
  const open = await openDatabase({
    source: { url: own.href },
    log: silentLog,
    poolSize: options.poolSize ?? 8,
    ...SHARES_STATEMENTS,
    onOpen: countOn,
  });
  const close = async (): Promise<void> => {
    await open.close();
    await dropDatabase(url, name);
  };
  return { db: open.db, url: own.href, open, close, [Symbol.asyncDispose]: close };
}

/** The server may be tidying the database up at this moment (autovacuum), which nobody but a superuser can end: it soon does. */
async function dropDatabase(url: string, name: string, attempts = 50): Promise<void> {
  try {
    await queryAs(url, `drop database if exists ${name} with (force)`);
  } catch (error) {
    if (sqlState(error) !== '42501' || attempts === 0) throw error;
    await setTimeout(100);
    await dropDatabase(url, name, attempts - 1);
  }
}
