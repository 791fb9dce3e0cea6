import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import { requirePrimaryReads, staysAtPrimary } from './pgpool.ts';

/** A connection to a server that answers these parameters as Pgpool-II does, and refuses any other as PostgreSQL does. */
function serverWith(shown: Readonly<Record<string, string>>): pg.Client {
  const query = async (statement: string): Promise<unknown> => {
    const value = shown[statement.replace(/^(?:pgpool )?show /, '')];
    if (value !== undefined) return { rows: [{ item: value }] };
    throw Object.assign(new Error('unrecognized configuration parameter'), { code: '42704' });
  };
  return { database: 'gatehouse', query } as unknown as pg.Client;
}

describe('reads that may go to a standby', () => {
  const pool_version = '4.3.5 (tamahomeboshi)';

  test.each([
    ['PostgreSQL itself', {}],
    ['Pgpool-II without load balancing', { pool_version, load_balance_mode: 'off' }],
    [
      'Pgpool-II that sends this database to the primary',
      { pool_version, load_balance_mode: 'on', database_redirect_preference_list: 'other:standby,gate.*:primary(1.0)' },
    ],
  ])('are none at %s', async (_, shown) => {
    await expect(requirePrimaryReads(serverWith(shown))).resolves.toBeUndefined();
  });

  test.each(['', 'other:primary', 'gatehouse:standby', 'gate.*:1,gatehouse:primary'])(
    'are refused at Pgpool-II with the preferences "%s", with the setting that ends them',
    async (preferences) => {
      const shown = { pool_version, load_balance_mode: 'on', database_redirect_preference_list: preferences };
      await expect(requirePrimaryReads(serverWith(shown))).rejects.toMatchObject({
        code: 'database.unavailable',
        detail: expect.stringContaining(`database_redirect_preference_list = 'gatehouse:primary'`),
      });
    },
  );

  test('an expression that cannot be read decides nothing', () => {
    expect(staysAtPrimary('(:primary', 'gatehouse')).toBe(false);
  });
});
