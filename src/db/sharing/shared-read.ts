import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { compileOnce, slotsFor } from '../compiled-statement.ts';
import type { Values, ValueSql, ValueTypes } from '../compiled-statement.ts';
import type { Database } from '../database.ts';
import { arraysOf, givenRows } from './given-rows.ts';
import type { SharedStatement } from './lane.ts';
import { lanesOf } from './lanes.ts';

/** Most requests that one read answers. */
const MOST = 64;

/**
 * A read of one row that requests of the same moment share. Its SQL is written once: alone its values are parameters, shared
 * they are columns of the rows of an `unnest`, and the same statement runs for each row with the plan it has alone.
 * @param types PostgreSQL types of its values
 * @param statement the statement over its values; of several rows the first counts
 */
export function sharedRead<T extends ValueTypes, Row>(
  types: T,
  statement: (values: ValueSql<T>) => RawBuilder<unknown>,
): (db: Database, values: Values<T>) => Promise<Row | undefined> {
  const aloneText = compileOnce<Row>(() => statement(slotsFor(types)));
  const togetherText = compileOnce<Row & { asked: string }>(() => {
    const { columns, rows } = givenRows(types, 'given');
    return sql`select given.place as asked, found.* from ${rows} cross join lateral (${statement(columns)} limit 1) found`;
  });
  const shared: SharedStatement<Values<T>, Row | undefined> = {
    most: MOST,
    alone: async (db, values) => (await aloneText(db, values))[0],
    async together(db, all) {
      const answers = Array.from<Row | undefined>({ length: all.length });
      for (const row of await togetherText(db, arraysOf(types, 'given', all))) answers[Number(row.asked) - 1] = row;
      return answers;
    },
  };
  return async (db, values) => {
    const lane = lanesOf(db)?.reads;
    return lane === undefined ? shared.alone(db, values) : lane.ask(shared, values);
  };
}
