import { expect, test } from 'vitest';
import { chooseLanguage, chooseRegion } from './choose-language.ts';

const OURS = ['en', 'de', 'pt-BR'];

test.each([
  ['de', 'de'],
  ['de-AT, en;q=0.5', 'de'],
  ['fr, en;q=0.3, de;q=0.8', 'de'],
  ['en;q=0.5, de;q=0.5', 'en'],
  ['pt', 'pt-BR'],
  ['PT-br', 'pt-BR'],
  ['de;q=0, en', 'en'],
])('%s: %s', (header, expected) => {
  expect(chooseLanguage(header, OURS)).toBe(expected);
});

test.each([undefined, '', '*', 'fr', 'de;q=2', 'de;q=x', 'd\u{0}e', '-'.repeat(100_000), ';,;,;', 'fr-'.repeat(40)])(
  'none of ours: %j',
  (header) => {
    expect(chooseLanguage(header, OURS)).toBeUndefined();
  },
);

test.each([
  ['en-GB,en;q=0.9,en-US;q=0.8', 'en-GB'],
  ['de-AT, en-us;q=0.5', 'en-US'],
  ['en, en-GB;q=0.8', undefined],
  ['en-GB-oxendict', undefined],
  ['en-US@posix', undefined],
  ['de-AT', undefined],
  [undefined, undefined],
])('the region of English in %j is %s', (header, expected) => {
  expect(chooseRegion(header, 'en')).toBe(expected);
});
