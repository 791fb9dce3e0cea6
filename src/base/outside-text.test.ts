import { expect, test } from 'vitest';
import { cutText, readOutsideText, readPasted, toStorableJson } from './outside-text.ts';

test.each([
  ['Maria Keller', 'Maria Keller'],
  ['  Maria\r\nKeller\u0000 ', 'Maria  Keller'],
  ['Maria \u202Ereleek\u2066', 'Maria releek'],
  ['Maria \uD83D', 'Maria \u{FFFD}'],
  ['\u2028', ''],
])('%j is stored as %j', (text, stored) => {
  expect(readOutsideText(text, 256)).toBe(stored);
});

test('a text is cut between characters', () => {
  expect(readOutsideText(`${'x'.repeat(127)}\u{1F600}y`, 128)).toBe(`${'x'.repeat(127)}\u{1F600}`);
  expect(cutText('\u{1F600}'.repeat(10), 3)).toBe('\u{1F600}'.repeat(3));
  expect(readOutsideText('\u{1F600}'.repeat(500), 256).isWellFormed()).toBe(true);
});

test('what is pasted loses what nobody sees', () => {
  expect(readPasted(' \u200Bhttps://login.contoso.example\u00AD\uFEFF\n')).toBe('https://login.contoso.example');
});

test('JSON is storable whatever it holds', () => {
  const stored = toStorableJson({ name: 'x\uD83D', list: ['a\0b', 1, null], at: new Date(0) });
  expect(JSON.parse(stored)).toEqual({
    name: 'x\u{FFFD}',
    list: ['a\u{FFFD}b', 1, null],
    at: '1970-01-01T00:00:00.000Z',
  });
  expect(stored).not.toMatch(/\\u(?:0000|d[89a-f])/i);
});
