import { z } from 'zod';

/**
 * A backup of kind `logical`: the rows of our tables, as `COPY` writes them in its text form, from one moment. It depends on
 * no version of PostgreSQL and on no file of a server, so it is restored into any PostgreSQL that Gatehouse runs on.
 *
 *   back-up-logically.ts     one repeatable-read transaction → entries `tables/NAME/000000`, …
 *   restore-logically.ts     checks everything → migrates an empty database to the schema of the backup → load-rows.ts
 *                            → migrates it to this version → a new epoch
 *   copy-plan.ts             which tables, in which order (this file)
 *   logical-store.ts         the SQL
 */

/** A table of a backup. */
export const CopiedTable = z.object({
  name: z.string(),
  /** Columns that are stored and not computed, in the order of their entries. */
  columns: z.array(z.string()),
  /** Of a table with a partition a day: the days that have rows, as `2026-01-31`; null for every other table. */
  days: z.array(z.iso.date()).nullable(),
});
export type CopiedTable = z.infer<typeof CopiedTable>;

/** The entry {@link PLAN_NAME}, the first of the file: what a restore checks before it touches anything. */
export const CopyPlan = z.object({
  /** The migrations the database had. */
  migrations: z.array(z.object({ name: z.string(), digest: z.string() })),
  /** In the order in which they are loaded: a table after those it refers to. */
  tables: z.array(CopiedTable),
  /** One sealed value of each kind and master key, base64: whoever restores needs the master keys that open them. */
  sealed: z.array(
    z.object({
      table: z.string(),
      column: z.string(),
      row: z.string(),
      organization: z.string(),
      value: z.base64(),
    }),
  ),
});
export type CopyPlan = z.infer<typeof CopyPlan>;

export const PLAN_NAME = 'tables.json';

/** A foreign key between two tables. */
export interface Reference {
  from: string;
  to: string;
}

/**
 * Tables so ordered that each comes after those it refers to, by name where that leaves a choice. A table may refer to
 * itself: its rows are checked when all of them are there. Throws for a circle, which no migration may make.
 */
export function inOrderOfReferences<T extends { name: string }>(
  tables: readonly T[],
  references: readonly Reference[],
): T[] {
  const waiting = tables.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const ordered: T[] = [];
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ name }) => {
      const needed = references.filter(({ from, to }) => from === name && to !== name);
      return needed.every(({ to }) => !waiting.some((other) => other.name === to));
    });
    const [next] = ready === -1 ? [] : waiting.splice(ready, 1);
    if (next === undefined)
      throw new Error(`tables refer to each other: ${waiting.map(({ name }) => name).join(', ')}`);
    ordered.push(next);
  }
  return ordered;
}
