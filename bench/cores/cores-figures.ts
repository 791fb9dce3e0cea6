import type { SentCount } from '../load/count-statements.ts';
import type { Measurement } from '../measure.ts';
import type { FullQueue } from './full-queue.ts';

/** The flows that are measured, each with how many run at once. */
export const FLOWS = [
  { name: 'silent login', at: 16, kind: 'silent' },
  { name: 'silent login', at: 64, kind: 'silent' },
  { name: 'federated login', at: 16, kind: 'planned' },
] as const;

/** What one setup did: for each of {@link FLOWS} its rounds. */
export interface SetupFigures {
  name: string;
  flows: Measurement[][];
}

export interface CoresFigures {
  setups: SetupFigures[];
  /** What one silent and one federated login send to PostgreSQL. */
  sent: { silent: SentCount; planned: SentCount };
  /** Processor milliseconds of one Argon2id at the cost that is the default. */
  hashMs: number;
  queue: FullQueue;
}

export interface CoresOptions {
  seconds: number;
  rounds: number;
  /** Prints the page instead of writing it. */
  print: boolean;
}
