import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { SealedPlace } from '../../base/secret-box.ts';
import type { Database } from '../database.ts';

/** A sealed value as it stands in the database. */
export interface SealedValue {
  place: SealedPlace;
  sealed: Buffer;
}

/** A column of sealed values, in a table with ids. */
export interface SealedColumn {
  table: string;
  column: string;
  /** The type of the ids. */
  idType: string;
  /** Whether its rows belong to organizations. */
  owned: boolean;
}

/** Every column named `sealed_…` in a table with ids. */
export async function selectSealedColumns(db: Database): Promise<SealedColumn[]> {
  const { rows } = await sql<SealedColumn>`
    select sealed.table_name as "table", sealed.column_name as "column", id.udt_name as id_type, exists (
        select from information_schema.columns owner where owner.table_schema = sealed.table_schema
          and owner.table_name = sealed.table_name and owner.column_name = 'organization_id') as owned
    from information_schema.columns sealed
      join information_schema.columns id on id.table_schema = sealed.table_schema
        and id.table_name = sealed.table_name and id.column_name = 'id'
    where sealed.table_schema = current_schema() and sealed.data_type = 'bytea'
      and sealed.column_name like 'sealed\\_%'
    order by 1, 2`.execute(db);
  return rows;
}

/**
 * One value of each kind for each master key that sealed some.
 * Over all organizations: whether the given master keys open what is there concerns the whole installation.
 */
export async function selectSealedValues(db: Database): Promise<SealedValue[]> {
  const values: SealedValue[] = [];
  for (const { table, column, owned } of await selectSealedColumns(db)) {
    // The first byte tells the master key.
    const { rows } = await sql<{ id: string; organization: string; sealed: Buffer }>`
      select distinct on (get_byte(${sql.id(column)}, 0))
        id::text as id, ${organizationOf(owned)} as organization, ${sql.id(column)} as sealed
      from ${sql.table(table)} where length(${sql.id(column)}) > 0`.execute(db);
    for (const row of rows) {
      values.push({ place: { table, column, row: row.id, organization: row.organization }, sealed: row.sealed });
    }
  }
  return values;
}

function organizationOf(owned: boolean): RawBuilder<string> {
  return owned ? sql`coalesce(organization_id::text, '')` : sql`''`;
}

/** How many values of a column each master key sealed, by the first byte of its fingerprint (two hexadecimal digits). */
export async function countSealedValues(
  db: Database,
  { table, column }: SealedColumn,
): Promise<{ version: string; count: number }[]> {
  const { rows } = await sql<{ version: number; count: string }>`
    select get_byte(${sql.id(column)}, 0) as version, count(*) as count
    from ${sql.table(table)} where length(${sql.id(column)}) > 0 group by 1`.execute(db);
  return rows.map(({ version, count }) => ({ version: version.toString(16).padStart(2, '0'), count: Number(count) }));
}

/**
 * The values of a column, in the order of the ids, in the `most` rows that follow a row; and the last of these rows, null at the
 * end of the table.
 * @param except values of this master key are left out: two hexadecimal digits
 */
export async function selectSealedAfter(
  db: Database,
  { table, column, idType, owned }: SealedColumn,
  { after, most, except }: { after: string | null; most: number; except: string },
): Promise<{ values: SealedValue[]; last: string | null }> {
  const from = after === null ? sql`true` : sql`id > cast(${after} as ${sql.id(idType)})`;
  const { rows } = await sql<{ id: string; organization: string; sealed: Buffer | null }>`
    select id::text as id, ${organizationOf(owned)} as organization, case
        when length(${sql.id(column)}) > 0 and get_byte(${sql.id(column)}, 0) <> ${Number.parseInt(except, 16)}::integer
        then ${sql.id(column)} end as sealed
    from ${sql.table(table)} where ${from} order by ${sql.table(table)}.id limit ${most}`.execute(db);
  const values = rows.flatMap(({ id, organization, sealed }) =>
    sealed === null ? [] : [{ place: { table, column, row: id, organization }, sealed }],
  );
  return { values, last: rows.at(-1)?.id ?? null };
}

/**
 * Replaces sealed values of a column by others of the same content, each unless somebody wrote it meanwhile or holds its row:
 * nobody waits for the other. Returns how many were replaced. By the rows' ids alone.
 */
export async function updateSealedValues(
  db: Database,
  { table, column, idType }: SealedColumn,
  changes: readonly { row: string; sealed: Buffer; resealed: Buffer }[],
): Promise<number> {
  if (changes.length === 0) return 0;
  const { numAffectedRows } = await sql`
    with change as (
      select * from unnest(cast(${changes.map(({ row }) => row)}::text[] as ${sql.id(`_${idType}`)}),
        ${changes.map(({ sealed }) => sealed)}::bytea[], ${changes.map(({ resealed }) => resealed)}::bytea[])
        as change (id, sealed, resealed)),
    free as (
      select id from ${sql.table(table)} where id in (select id from change) for update skip locked)
    update ${sql.table(table)} changed set ${sql.id(column)} = change.resealed from change, free
    where free.id = change.id and changed.id = free.id and changed.${sql.id(column)} = change.sealed`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Replaces a sealed value by another of the same content, unless somebody wrote it meanwhile. By its row's id alone. */
export async function updateSealedValue(db: Database, { place, sealed }: SealedValue, resealed: Buffer): Promise<void> {
  const column = sql.id(place.column);
  await sql`update ${sql.table(place.table)} set ${column} = ${resealed}
    where id = ${place.row} and ${column} = ${sealed}`.execute(db);
}
