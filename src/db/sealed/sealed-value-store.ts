import { sql } from 'kysely';
import type { SealedPlace } from '../../base/secret-box.ts';
import type { Database } from '../database.ts';

/** A sealed value as it stands in the database. */
export interface SealedValue {
  place: SealedPlace;
  sealed: Buffer;
}

/**
 * One value of each kind for each master key that sealed some: of every column named `sealed_…` in a table with ids.
 * Over all organizations: whether the given master keys open what is there concerns the whole installation.
 */
export async function selectSealedValues(db: Database): Promise<SealedValue[]> {
  const { rows: columns } = await sql<{ table: string; column: string; owned: boolean }>`
    select sealed.table_name as "table", sealed.column_name as "column", exists (
        select from information_schema.columns owner where owner.table_schema = sealed.table_schema
          and owner.table_name = sealed.table_name and owner.column_name = 'organization_id') as owned
    from information_schema.columns sealed
    where sealed.table_schema = current_schema() and sealed.data_type = 'bytea'
      and sealed.column_name like 'sealed\\_%' and exists (
        select from information_schema.columns id where id.table_schema = sealed.table_schema
          and id.table_name = sealed.table_name and id.column_name = 'id')
    order by 1, 2`.execute(db);
  const values: SealedValue[] = [];
  for (const { table, column, owned } of columns) {
    const organization = owned ? sql`coalesce(organization_id::text, '')` : sql`''`;
    // The first byte tells the master key.
    const { rows } = await sql<{ id: string; organization: string; sealed: Buffer }>`
      select distinct on (get_byte(${sql.id(column)}, 0))
        id::text as id, ${organization} as organization, ${sql.id(column)} as sealed
      from ${sql.table(table)} where length(${sql.id(column)}) > 0`.execute(db);
    for (const row of rows) {
      values.push({ place: { table, column, row: row.id, organization: row.organization }, sealed: row.sealed });
    }
  }
  return values;
}

/** Replaces a sealed value by another of the same content, unless somebody wrote it meanwhile. By its row's id alone. */
export async function updateSealedValue(db: Database, { place, sealed }: SealedValue, resealed: Buffer): Promise<void> {
  const column = sql.id(place.column);
  await sql`update ${sql.table(place.table)} set ${column} = ${resealed}
    where id = ${place.row} and ${column} = ${sealed}`.execute(db);
}
