import { openComparison } from './comparison.ts';
import { drawFrom } from './draw.ts';
import type { Field } from './field.ts';
import { noteIssued } from './issued.ts';
import type { Issued } from './issued.ts';
import { meddle } from './meddling.ts';
import type { Meddling } from './meddling.ts';
import { think } from './requests.ts';
import type { World } from './worlds.ts';

/** What a run was like. */
export interface RunResult {
  /** The first requests that were not answered or stored alike, each with what led to it; empty when all were. */
  differing: string[];
  requests: number;
  /** Answered directly, by path. */
  direct: Record<string, number>;
  /** Answers by status. */
  statuses: Record<number, number>;
  rows: number;
  meddlings: number;
}

/** So many are told of at most. */
const MOST_TOLD = 3;

/** Sends generated requests to both worlds, one after another, and compares what they answer and store. */
export async function runBoth(
  worlds: readonly [World, World],
  field: Field,
  options: { seed: number; requests: number; pass(seconds: number): void },
): Promise<RunResult> {
  const draw = drawFrom(options.seed);
  const issued: Issued = { codes: [], accessTokens: [], refreshTokens: [] };
  const result: RunResult = { differing: [], requests: 0, direct: {}, statuses: {}, rows: 0, meddlings: 0 };
  const meddlings: Meddling[] = [];
  using comparison = await openComparison(worlds, field);
  const change = async (sql: string): Promise<void> => {
    await comparison.meddle(sql);
    // An application is kept for five seconds.
    options.pass(6);
  };
  for (let i = 0; i < options.requests && result.differing.length < MOST_TOLD; i += 1) {
    if (draw.chance(0.06) && meddlings.length < 2) {
      meddlings.push(meddle(draw, field));
      result.meddlings += 1;
      await change(meddlings.at(-1)!.done);
    } else if (draw.chance(0.1) && meddlings.length > 0) {
      await change(meddlings.pop()!.undone);
    }
    if (draw.chance(0.3)) options.pass(draw.one([1, 1, 2, 5, 20, 61]));
    const { sent, asked } = think(draw, field, issued);
    const { answers, rows, direct, differing } = await comparison.compare(sent);
    const [{ status }] = answers;
    const path = sent.path.replace(/\?.*/, '');
    result.requests += 1;
    result.rows += rows;
    result.statuses[status] = (result.statuses[status] ?? 0) + 1;
    if (direct) result.direct[path] = (result.direct[path] ?? 0) + 1;
    if (differing !== '') {
      const state = meddlings.map(({ about }) => `\n    while ${about}`).join('');
      result.differing.push(`seed ${options.seed}, request ${i}: ${differing}${state}`);
    }
    noteIssued(issued, worlds, answers, asked);
  }
  return result;
}
