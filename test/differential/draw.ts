/** Choices that follow from a seed: the same seed makes the same ones. */
export interface Draw {
  /** True so often, of 1. */
  chance(part: number): boolean;
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  one<T>(of: readonly T[]): T;
  /** Text of so many of these characters. */
  text(length: number, characters?: string): string;
  shuffled<T>(of: readonly T[]): T[];
}

const UNRESERVED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~';

/** Draws by the generator mulberry32. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    chance: (part) => next() < part,
    below,
    one: (of) => of[below(of.length)]!,
    text: (length, characters = UNRESERVED) =>
      Array.from({ length }, () => characters[below(characters.length)]).join(''),
    shuffled(of) {
      const left = [...of];
      return Array.from(of, () => left.splice(below(left.length), 1)[0]!);
    },
  };
}
