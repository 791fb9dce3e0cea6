import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/**
 * The columns of a row as one JSON document, so that a statement brings rows of several tables at once. Each column is named;
 * what the driver would read as a `Date` is an `instant`. Columns of other types the driver reads otherwise (`bytea`,
 * `bigint`) have no place here.
 */
export type JsonColumns<Row> = {
  readonly [Name in keyof Row]-?: [Extract<Row[Name], Date>] extends [never] ? 'plain' : 'instant';
};

/**
 * SQL for the document of a row.
 * @param alias of the table
 * @param computed SQL in the place of a column of that name
 */
export function rowToJson<Row>(
  alias: string,
  columns: JsonColumns<Row>,
  computed: Partial<Record<keyof Row, RawBuilder<unknown>>> = {},
): RawBuilder<unknown> {
  const members = (Object.keys(columns) as (keyof Row & string)[]).map((name) => {
    const column = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return sql`${sql.lit(name)}, ${computed[name] ?? sql.raw(`${alias}.${column}`)}`;
  });
  return sql`json_build_object(${sql.join(members)})`;
}

/** The row of a document; null for none. */
export function rowFromJson<Row>(document: unknown, columns: JsonColumns<Row>): Row | null {
  if (document === null || document === undefined) return null;
  const row = { ...(document as Record<string, unknown>) };
  for (const [name, kind] of Object.entries(columns)) {
    const value = row[name];
    if (kind === 'instant' && typeof value === 'string') row[name] = new Date(value);
  }
  return row as Row;
}
