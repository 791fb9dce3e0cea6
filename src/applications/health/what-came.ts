import { cutText, readOutsideText } from '../../base/outside-text.ts';

/** Longest text that is kept of what came, in characters. */
const LONGEST = 300;

/** Parameters of an address whose values may open something. */
const TELLING = /(code|token|secret|password|passwd|pwd|key|assertion|state|nonce|session|sid|auth|jwt|sig)/i;

/** What a stranger sent, as it may be kept: on one line, without control characters; one that was cut ends in `…`. */
export function readWhatCame(text: string): string {
  const read = readOutsideText(text, LONGEST * 4);
  return read.length > LONGEST ? `${cutText(read, LONGEST - 1)}…` : read;
}

/**
 * An address that came: as {@link readWhatCame}, with `…` for control characters, for a password, and for the values of
 * parameters that may be secret.
 * One with `…` is no URI, so it is never offered to be registered.
 */
export function readAddressThatCame(address: string): string {
  const bare = readOutsideText(address.slice(0, LONGEST * 4).replaceAll(/\p{C}+/gu, '…'), LONGEST * 4)
    .replace(/^([a-z][a-z0-9+.-]*:\/*)[^/?#@]*@/i, '$1…@')
    .replaceAll(/([?&#;]([^=&#;]{0,100})=)[^&#;]+/g, (all, start: string, name: string) =>
      TELLING.test(name) ? `${start}…` : all,
    );
  return readWhatCame(bare);
}
