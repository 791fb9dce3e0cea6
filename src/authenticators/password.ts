import { availableParallelism } from 'node:os';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { createFairQueue } from './turns/fair-queue.ts';
import type { QueueBounds, QueueLoad } from './turns/fair-queue.ts';
import { currentOrigin } from '../audit/origin.ts';
import { networkOf } from '../base/network.ts';
import { randomSecret, sha256 } from '../base/random.ts';
import { traced } from '../base/signals/spans.ts';

/** Cost of one hash (Argon2id, RFC 9106). */
export interface PasswordCost {
  memoryKib: number;
  passes: number;
  lanes: number;
}

/**
 * Hashes passwords, a few at a time: each takes `memoryKib` of memory and a processor for its whole duration. The
 * networks that requests come from take turns (`fair-queue.ts`).
 */
export interface PasswordHasher {
  /** @throws request.too-many, service.busy */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one of `stored`. With null, for an account that has none or is not there, a stand-in of
   * the same cost is compared: the work is the same and the answer is no.
   * @throws request.too-many, service.busy
   */
  verify(stored: string | null, password: string): Promise<boolean>;
  /** Whether `stored` was made at another cost than today's. */
  isStale(stored: string): boolean;
  /** Hashes and comparisons since the start; tests count that unknown addresses cost the same. */
  readonly worked: number;
  /** Those that are worked on, that wait, and that were refused since the start. */
  load(): QueueLoad;
}

/** Passwords at once in one process: 64 of one network are done within a second, 128 of all within two. */
const BOUNDS: QueueBounds = { atOnce: 2, ofOneNetwork: 64, inAll: 128 };

/** Passwords that each of so many server processes on this machine may hash at once: together no more than it has cores. */
export function passwordsAtOnce(processes: number, cores = availableParallelism()): number {
  return Math.min(BOUNDS.atOnce, Math.max(1, Math.floor(cores / processes)));
}

/** Longer ones were never accepted, so they are not compared either. */
const LONGEST_COMPARED = 1024;

/** @param bounds where they differ from those of one process on a machine of its own */
export function createPasswordHasher(cost: PasswordCost, bounds: Partial<QueueBounds> = {}): PasswordHasher {
  const options = { memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: cost.lanes };
  const noBytes = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
  const standIn = `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${cost.lanes}$${noBytes(
    sha256(randomSecret()).subarray(0, 16),
  )}$${noBytes(sha256(randomSecret()))}`;

  let worked = 0;
  const queue = createFairQueue({ ...BOUNDS, ...bounds });
  const inTurn = async <T>(what: 'hash' | 'compare', work: () => Promise<T>): Promise<T> => {
    const { network, isGone } = currentOrigin();
    const askedAt = performance.now();
    return traced({ kind: 'password', what }, async (note) =>
      queue.run({ network: network === null ? '' : networkOf(network), isGone }, async () => {
        note({ waited: performance.now() - askedAt });
        worked += 1;
        return work();
      }),
    );
  };

  return {
    hash: (password) => inTurn('hash', () => hash(prepared(password), options)),
    async verify(stored, password) {
      if (password.length > LONGEST_COMPARED) return false;
      const matches = await inTurn('compare', () => verify(stored ?? standIn, prepared(password)));
      return matches && stored !== null;
    },
    isStale(stored) {
      const made = parseOptions(stored);
      return made.memoryCost !== cost.memoryKib || made.timeCost !== cost.passes || made.parallelism !== cost.lanes;
    },
    get worked() {
      return worked;
    },
    load: queue.load,
  };
}

// One keyboard writes é as one character, another as two: composed they are the same password. Nothing else is changed.
function prepared(password: string): string {
  return password.normalize('NFC');
}

export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 256;

/** Why a new password is refused. */
export type PasswordFlaw = 'too-short' | 'too-long' | 'too-common';

/**
 * What is wrong with a new password, if anything: 12 to 256 characters, any of them, and enough left when what everybody
 * tries first is taken out: the commonest passwords, runs of keys, and `words` (product, organization, address).
 */
export function flawOf(password: string, words: readonly string[]): PasswordFlaw | undefined {
  const characters = Array.from(prepared(password));
  if (characters.length < SHORTEST_PASSWORD) return 'too-short';
  if (characters.length > LONGEST_PASSWORD) return 'too-long';
  let rest = plain(prepared(password));
  const guessable = [...COMMON, ...words.flatMap((word) => word.split(/[\s@.]+/))].map(plain);
  for (const word of guessable.toSorted((a, b) => b.length - a.length)) {
    if (word.length >= 4) rest = rest.replaceAll(word, '');
  }
  rest = withoutRuns(rest);
  return rest.length < 6 || new Set(rest).size < 4 ? 'too-common' : undefined;
}

const LOOKALIKES: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Lower case; digits and signs that stand for a letter between letters become it, as guessing programs do. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/(?<=[a-z])[013457@$!](?=[a-z])/g, (sign) => LOOKALIKES[sign]!);
}

const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
];
const RUNS = ROWS.flatMap((row) => [row, row.split('').toReversed().join('')]);

/** Without runs of four or more neighbours (`1234`, `qwer`, `aaaa`). */
function withoutRuns(text: string): string {
  let kept = '';
  for (let i = 0; i < text.length;) {
    let end = i + 1;
    const follows = (length: number): boolean => {
      const piece = text.slice(i, i + length);
      return piece.length === length && (RUNS.some((row) => row.includes(piece)) || new Set(piece).size === 1);
    };
    while (follows(end - i + 1)) end += 1;
    if (end - i < 4) kept += text.slice(i, end);
    i = end;
  }
  return kept;
}

// Stems of the passwords that head every published list; what is added to them is what people add to them.
const COMMON: readonly string[] = `password passwort passwd pass1234 letmein welcome admin administrator root user
  iloveyou monkey dragon sunshine princess football baseball soccer hockey master shadow superman batman trustno1 whatever
  starwars computer internet samsung google facebook linkedin michael jennifer jordan charlie ashley daniel thomas
  summer winter spring autumn january february march april june july august september october november december
  monday tuesday wednesday thursday friday saturday sunday secret changeme default login hello company business
  qwerty qwertz azerty asdf zxcv 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 123qwe qazwsx zaq12wsx correcthorsebatterystaple
  2020 2021 2022 2023 2024 2025 2026 2027 2028 2029 2030`.split(/\s+/);
