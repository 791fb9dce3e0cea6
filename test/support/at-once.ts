import type { ApiAnswer } from './api-client.ts';

/** Of each kind of write so many at once. */
export const WRITERS = 8;
/** Which lock is waited for differs from round to round. */
const ROUNDS = 3;
/** A write that came first, one that came too late for its version, its row or its own rights: nothing else. */
export const isExpected = (statuses: number[]): boolean =>
  statuses.every((status) => [200, 201, 204, 401, 403, 404, 409].includes(status));
/** One request, of the writer of this number. */
export type Send = (writer: number) => Promise<ApiAnswer>;

/** The statuses of as many requests at once, each once, the smallest first. */
export async function atOnce(...sends: Send[]): Promise<number[]> {
  const answers = await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => sends[writer % sends.length]!(writer)),
  );
  return [...new Set(answers.map(({ status }) => status))].toSorted((one, other) => one - other);
}

/** The same in several rounds. */
export async function inRounds(round: () => Promise<number[]>): Promise<number[]> {
  const all = new Set<number>();
  for (let at = 0; at < ROUNDS; at += 1) for (const status of await round()) all.add(status);
  return [...all].toSorted((one, other) => one - other);
}
