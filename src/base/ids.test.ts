import { expect, test } from 'vitest';
import { formatId, readId } from './ids.ts';
import type { UserId } from './ids.ts';
import { randomUuid } from './random.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** The same number written with the digits of base32, two bits further to the left. */
function byArithmetic(uuid: string): string {
  let number = BigInt(`0x${uuid.replaceAll('-', '')}`) << 2n;
  let text = '';
  for (let digit = 0; digit < 26; digit += 1, number >>= 5n) text = ALPHABET[Number(number & 31n)] + text;
  return `usr_${text}`;
}

const EXTREMES = ['0'.repeat(32), 'f'.repeat(32), `8${'0'.repeat(31)}`, `${'0'.repeat(31)}1`].map((hex) =>
  hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
);

test('an id outside is the uuid in base32, and comes back as that uuid', () => {
  for (const uuid of [...EXTREMES, ...Array.from({ length: 500 }, randomUuid)]) {
    const outside = formatId('usr', uuid as UserId);
    expect(outside).toBe(byArithmetic(uuid));
    expect(readId('usr', outside)).toBe(uuid);
  }
});

test('nothing else is an id: another kind, length, letter, or the spelling of more than 128 bits', () => {
  const outside = formatId('usr', randomUuid() as UserId);
  expect(readId('org', outside)).toBeUndefined();
  for (const wrong of [
    outside.slice(0, -1),
    `${outside}a`,
    outside.toUpperCase(),
    outside.replace('_', '-'),
    '',
    'usr_',
  ]) {
    expect([wrong, readId('usr', wrong)]).toEqual([wrong, undefined]);
  }
  const last = ALPHABET.indexOf(outside.at(-1)!);
  for (const more of [1, 2, 3]) {
    const spelled = outside.slice(0, -1) + ALPHABET[last + more];
    expect([spelled, readId('usr', spelled)]).toEqual([spelled, undefined]);
  }
  for (const no of ['', 'not a uuid', randomUuid().toUpperCase(), `${randomUuid()} `]) {
    expect(() => formatId('usr', no as UserId)).toThrow('not a uuid');
  }
});
