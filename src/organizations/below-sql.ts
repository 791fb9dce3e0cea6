import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/**
 * Whether a path begins with another: that organization or one below it. A range of bytes, so that an index finds them also
 * under row-level security, where the database may not look into a pattern before it has asked whether a row may be seen.
 * @param column a column `path`, as `organization.path`
 * @param path of an organization (`/<id>/<id>/`)
 */
export function isAtOrBelow(column: string, path: string): RawBuilder<boolean> {
  return within(column, '>=', path);
}

/** As {@link isAtOrBelow}, without that organization itself. */
export function isBelow(column: string, path: string): RawBuilder<boolean> {
  return within(column, '>', path);
}

function within(column: string, from: '>' | '>=', path: string): RawBuilder<boolean> {
  const bytes = sql`${sql.ref(column)} collate "C"`;
  // Paths are ids between slashes: nothing in them is greater than "~".
  return sql<boolean>`(${bytes} ${sql.raw(from)} ${path} and ${bytes} < ${path} || '~')`;
}
