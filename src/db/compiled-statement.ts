import { sql } from 'kysely';
import type { CompiledQuery, RawBuilder } from 'kysely';
import type { Database } from './database.ts';

/** Types of PostgreSQL by the names of the values of a statement. */
export type ValueTypes = Readonly<Record<string, string>>;

/** For each value the SQL that stands for it: a parameter, or a column of rows that are given. */
export type ValueSql<T extends ValueTypes> = Readonly<Record<keyof T & string, RawBuilder<unknown>>>;

/** The values of one use, by name. */
export type Values<T extends ValueTypes> = Readonly<Record<keyof T & string, unknown>>;

/** Stands for a value among the parameters until it is known. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** SQL for a value that each use of a {@link compileOnce compiled statement} brings, with its type. */
export function slot(name: string, type: string): RawBuilder<unknown> {
  return sql`${new Slot(name)}::${sql.raw(type)}`;
}

/** A {@link slot} for each of `types`; `before` comes before the name of each. */
export function slotsFor<T extends ValueTypes>(types: T, before = ''): ValueSql<T> {
  const pairs = Object.entries(types).map(([name, type]) => [name, slot(before + name, type)]);
  return Object.fromEntries(pairs) as Record<keyof T & string, RawBuilder<unknown>>;
}

/** Values as parameters of a statement that is built anew. */
export function parametersFor<T extends ValueTypes>(types: T, values: Values<T>): ValueSql<T> {
  const pairs = Object.entries(types).map(([name, type]) => [name, sql`${values[name]}::${sql.raw(type)}`]);
  return Object.fromEntries(pairs) as Record<keyof T & string, RawBuilder<unknown>>;
}

/**
 * A statement whose text never changes: built when it is used first, and from then on sent as it is, with the values of each
 * use in its {@link slot slots}. Rows come as PostgreSQL names their columns, so the text writes `as "sessionId"`.
 */
export function compileOnce<Row>(
  build: () => RawBuilder<unknown>,
): (db: Database, values: Readonly<Record<string, unknown>>) => Promise<Row[]> {
  let compiled: CompiledQuery | undefined;
  return async (db, values) => {
    compiled ??= build().compile(db);
    const parameters = compiled.parameters.map((each) => (each instanceof Slot ? values[each.name] : each));
    const { rows } = await db.withoutPlugins().executeQuery<Row>({ ...compiled, parameters });
    return rows;
  };
}
