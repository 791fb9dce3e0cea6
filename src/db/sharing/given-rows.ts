import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { slot } from '../compiled-statement.ts';
import type { ValueSql, ValueTypes } from '../compiled-statement.ts';

/**
 * A change, as part of a larger statement, whose SQL is written once for one row of parameters and for many rows that are
 * given.
 */
export interface RowPart<T extends ValueTypes> {
  types: T;
  /**
   * @param values SQL of the row's values, and `n`: the request it belongs to
   * @param rows the rows that are given, to stand in a `from`; null where there is one row of parameters
   * @param onlyIf where this holds
   */
  write(
    values: ValueSql<T> & { n: RawBuilder<unknown> },
    rows: RawBuilder<unknown> | null,
    onlyIf: RawBuilder<unknown>,
  ): RawBuilder<unknown>;
}

/** What stands before the `where` of a {@link RowPart}. */
export function fromRows(rows: RawBuilder<unknown> | null): RawBuilder<unknown> {
  return rows === null ? sql`` : sql`from ${rows}`;
}

/**
 * Rows that are given as one array for each of `types`, in the slots `<name>.<value>`: what stands after `from`, and the
 * columns.
 * @param name of the rows in the statement
 */
export function givenRows<T extends ValueTypes>(
  types: T,
  name: string,
): { columns: ValueSql<T>; rows: RawBuilder<unknown> } {
  const pairs = Object.entries(types);
  const arrays = pairs.map(([each, type]) => slot(slotOf(name, each), `${type}[]`));
  const columns = Object.fromEntries(pairs.map(([each]) => [each, sql`${sql.id(name)}.${sql.id(each)}`]));
  const names = pairs.map(([each]) => sql.id(each));
  return {
    columns: columns as Record<keyof T & string, RawBuilder<unknown>>,
    rows: sql`unnest(${sql.join(arrays)}) with ordinality as ${sql.id(name)}(${sql.join([...names, sql.id('place')])})`,
  };
}

/** Fills the slots of {@link givenRows}, in the order of the rows. */
export function arraysOf(
  types: ValueTypes,
  name: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Record<string, unknown[]> {
  return Object.fromEntries(Object.keys(types).map((each) => [slotOf(name, each), rows.map((row) => row[each])]));
}

function slotOf(name: string, value: string): string {
  return `${name}.${value}`;
}
