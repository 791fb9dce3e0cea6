import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/** So many rows are counted; a list with more says that there are more. */
export const MOST_COUNTED = 1000;

/** What is searched for, as the columns `term` hold it. */
function wanted(search: string): RawBuilder<string> {
  return sql`left(gatehouse_search_text(${search}), 100) collate "C"`;
}

/**
 * Whether the column `term` begins with what was typed: a range of bytes, so that an index finds it whatever was typed and
 * whichever plan was kept. Text without letters or digits finds nothing.
 * @param column of a table of search terms, in SQL
 */
export function beginsWith(column: string, search: string): RawBuilder<boolean> {
  const term = sql.ref(column);
  // U+10FFFF: no text goes on with a greater character.
  return sql`(${term} >= ${wanted(search)} and ${term} < ${wanted(search)} || chr(1114111) and ${wanted(search)} <> '')`;
}

/** Whether a column of text in lower case, collated "C", begins with what was typed. */
export function beginsWithText(column: string, search: string): RawBuilder<boolean> {
  const text = sql.ref(column);
  return sql`(${text} >= gatehouse_lower(${search}) collate "C" and ${text} < gatehouse_lower(${search}) collate "C" || chr(1114111))`;
}

/** Whether a word of a column begins with what was typed, without an index: for rows that are read anyway. */
export function hasWord(column: string, search: string): RawBuilder<boolean> {
  // Most rows lack the first word typed, and that is quickly seen.
  return sql`(strpos(gatehouse_lower(${sql.ref(column)}), split_part(gatehouse_search_text(${search}), ' ', 1)) > 0
    and position(' ' || gatehouse_search_text(${search}) in ' ' || gatehouse_search_text(${sql.ref(column)})) > 0)`;
}

/** A count of at most {@link MOST_COUNTED}; null where there are more. */
export function cappedCount(counted: string | number): number | null {
  return Number(counted) > MOST_COUNTED ? null : Number(counted);
}
