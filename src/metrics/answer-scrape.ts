import type { Reported } from './series.ts';
import { AppError } from '../base/errors.ts';
import { sameDigest, sha256 } from '../base/random.ts';

/** Where a scrape's numbers come from. */
export interface ScrapeDeps {
  token: string;
  /** What this process counted and holds. */
  report(): Reported[];
  /** What the other processes of this service report. */
  collect(): Promise<Reported[][]>;
  /** What is read once for all of them. */
  readFacts(): Promise<Reported[]>;
}

/** An answer: text in the format of Prometheus (exposition format 0.0.4). */
export interface Scrape {
  type: string;
  text: string;
}

/**
 * Answers a scrape.
 * @param authorization the header as it came
 * @throws caller.unauthenticated without the token: the same for none, another form and a wrong one, and before anything is read
 */
export async function answerScrape(deps: ScrapeDeps, authorization: string | undefined): Promise<Scrape> {
  const [, given = ''] = /^Bearer +([\x21-\x7e]{1,1000})$/i.exec(authorization ?? '') ?? [];
  if (!sameDigest(sha256(given), sha256(deps.token))) throw new AppError('caller.unauthenticated');
  const [others, facts] = await Promise.all([deps.collect(), deps.readFacts()]);
  // Loaded by the first scrape: whoever sets no token never has it in memory.
  const { AggregatorRegistry } = await import('prom-client');
  const together = AggregatorRegistry.aggregate([deps.report(), ...others, facts]);
  return { type: together.contentType, text: await together.metrics() };
}
