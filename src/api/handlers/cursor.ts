import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { fieldError } from '../../base/field-errors.ts';
import type { UserId } from '../../base/ids.ts';

/** A position in a list as opaque text. It grants nothing: access is checked for each page. */
export function writeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * Reads a cursor of ours.
 * @throws input.malformed
 */
export function readCursor<T extends z.ZodType>(shape: T, cursor: string | undefined): z.output<T> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (error) {
    throw new AppError('input.malformed', {
      fields: [fieldError('cursor', 'cursor')],
      cause: error,
    });
  }
}

const uuid = z.uuid();
/** Place by name and id. */
export const byName = z.tuple([z.string().max(300), uuid]);
/** Place by time (milliseconds since 1970) and id. */
export const byTime = z.tuple([z.int(), uuid]);
/** Place by one key: an address, an id. */
export const byKey = z.tuple([z.string().max(300)]);

/** Where the page of users before ended: at an address or, of a search, at what found the last one. */
export function readUserPlace(query: {
  search?: string | undefined;
  cursor?: string | undefined;
}): string | { term: string; id: UserId } | undefined {
  if (query.search === undefined || query.search === '') return readCursor(byKey, query.cursor)?.[0];
  const place = readCursor(byName, query.cursor);
  return place && { term: place[0], id: place[1] as UserId };
}

/** The place of a user in a list, as {@link readUserPlace} reads it. */
export function userPlace(user: { emailKey: string; term: string | null; id: UserId }): readonly string[] {
  return user.term === null ? [user.emailKey] : [user.term, user.id];
}

/**
 * Cuts a page out of one line more than was asked for.
 * @param rows at most `limit + 1`
 */
export function pageFrom<T, W>(
  rows: readonly T[],
  limit: number,
  to: { item: (row: T) => W; place: (row: T) => readonly (string | number)[]; total: number | null },
): { items: W[]; nextCursor: string | null; total: number | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(to.item), nextCursor: more ? writeCursor(to.place(last)) : null, total: to.total };
}
