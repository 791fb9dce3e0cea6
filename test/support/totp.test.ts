import { expect, test } from 'vitest';
import { totpAt } from './totp.ts';

// RFC 6238 appendix B, SHA-1; its eight digits end in the six that apps show.
const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
])('the code at second %d is the one of RFC 6238', async (seconds, code) => {
  expect(await totpAt(SEED, new Date(seconds * 1000))).toBe(code);
});

test('a seed may be typed in groups and in lower case', async () => {
  expect(await totpAt('gezd gnbv gy3t qojq gezd gnbv gy3t qojq', new Date(59_000))).toBe('287082');
});
