import { expect, test } from 'vitest';
import { nearestAddress } from './nearest-address.ts';
import { readAddressThatCame, readWhatCame } from './what-came.ts';

test.each([
  ['https://app.example/back', 'https://app.example/back'],
  ['https://app.example/back?tenant=1&lang=en', 'https://app.example/back?tenant=1&lang=en'],
  ['https://app.example/back?code=abc&x=1#access_token=def', 'https://app.example/back?code=…&x=1#access_token=…'],
  ['https://maria:hunter2@app.example/', 'https://…@app.example/'],
  ['javascript:alert(1)', 'javascript:alert(1)'],
  ['https://app.example/\u0000\r\nSet-Cookie:\u202Ex', 'https://app.example/…Set-Cookie:…x'],
  [`https://app.example/${'x'.repeat(5000)}`, `https://app.example/${'x'.repeat(279)}…`],
  ['', ''],
])('of the address %j is kept %j', (came, kept) => {
  expect(readAddressThatCame(came)).toBe(kept);
});

test('what is kept fits its column, whatever its characters', () => {
  for (const text of ['😀'.repeat(400), '\uD800'.repeat(400), 'e\u0301'.repeat(400)]) {
    expect(Array.from(readWhatCame(text)).length).toBeLessThanOrEqual(300);
  }
});

test.each([
  [
    'https://app.example/callback/',
    ['https://app.example/bye', 'https://app.example/callback'],
    'https://app.example/callback',
  ],
  [
    'http://app.example/callback',
    ['https://other.example/in', 'https://app.example/callback'],
    'https://app.example/callback',
  ],
  ['https://app.example/callback', [], null],
])('the nearest to %s of %j is %s', (came, registered, nearest) => {
  expect(nearestAddress(came, registered)).toBe(nearest);
});
