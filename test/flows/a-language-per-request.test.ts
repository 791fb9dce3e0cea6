import { expect, test } from 'vitest';
import { AppError, ERROR_CODES } from '../../src/base/errors.ts';
import type { ErrorCode } from '../../src/base/errors.ts';
import { FIELD_ERROR_CODES } from '../../src/base/field-errors.ts';
import { EXPLANATION_CODES } from '../../src/connectors/explanation-codes.ts';
import { problemOf } from '../../src/http/problem.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { en } from '../../src/texts/en.ts';
import { fieldSentence } from '../../src/texts/field-sentence.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { PSEUDO, strayText } from '../support/pseudo-locale.ts';
import { startService } from '../support/start-service.ts';

const PATHS = ['/', '/login/forgot', '/login/callback', '/logout', '/oauth2/authorize', '/nothing', '/console/'];

test('the API gives a sentence of the catalog for each code, each field error and each failure of a provider', () => {
  const t = createTexts('Gatehouse', { en: PSEUDO }).default;
  const names = Object.values(en).flatMap((text) => [...text.matchAll(/\{(\w+)/g)].map(([, name]) => name!));
  const values = Object.fromEntries(names.map((name) => [name, 1]));
  const sentences = [
    ...(Object.keys(ERROR_CODES) as ErrorCode[]).map((code) => [
      code,
      problemOf(new AppError(code, { values }), 'x', t).title,
    ]),
    ...[...FIELD_ERROR_CODES, ...EXPLANATION_CODES].map((code) => [code, fieldSentence(t, { code, values })]),
  ] as [string, string][];
  expect(sentences.filter(([, sentence]) => sentence === '' || strayText(sentence) !== '')).toEqual([]);
});

test.each([
  ['en-GB,en;q=0.9', 'last used 29 Nov 2026'],
  ['en-US', 'last used Nov 29, 2026'],
  ['fr', 'last used Nov 29, 2026'],
])('a reader of %s reads dates as there', (header, expected) => {
  const at = new Date('2026-11-29T12:00:00Z');
  expect(createTexts('Gatehouse').for(header)('account.used', { at })).toBe(expected);
});

test('pages and refusals are answered in the language of the request, with codes that stay', async () => {
  await using service = await startService({ catalogs: { 'en-XA': PSEUDO } });
  const ask = async (language: string, path = '/api/v1/me') => {
    const response = await fetch(service.url + path, { headers: { 'accept-language': language } });
    return {
      language: response.headers.get('content-language'),
      body: (await response.json()) as { title: string; code: string },
    };
  };
  const marked = await ask('en-XA, en;q=0.5');
  const plain = await ask('en');
  expect(marked.language).toBe('en-XA');
  expect(marked.body.title).toBe(`⟦${plain.body.title}⟧`);
  expect(marked.body.code).toBe('caller.unauthenticated');
  expect(plain.body.code).toBe('caller.unauthenticated');
  expect((await ask('fr')).language).toBe('en');
  await using browser = openHttpBrowser({ headers: { 'accept-language': 'en-XA' } });
  const languages: Record<string, string | undefined> = {};
  for (const path of PATHS) {
    languages[path] = (await browser.open(service.url + path)).html.querySelector('html')?.getAttribute('lang');
  }
  expect(languages).toEqual(Object.fromEntries(PATHS.map((path) => [path, 'en-XA'])));
  await using english = openHttpBrowser();
  expect((await english.open(`${service.url}/`)).html.querySelector('html')?.getAttribute('lang')).toBe('en');
});
