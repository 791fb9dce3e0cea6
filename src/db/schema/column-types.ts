import type { ColumnType } from 'kysely';

/** Read as whatever JSON holds (parse it), written as JSON text. */
export type Json = ColumnType<unknown, string, string>;
/** `bigint`: the driver reads it as text, it takes either. */
export type Bigint = ColumnType<string, string | number, string | number>;
/** As {@link Json}, with a default in the database. */
export type DefaultedJson = ColumnType<unknown, string | undefined, string>;
