import { describe, expect, test } from 'vitest';
import { AADSTS_NUMBERS, aboutOf, explainNumber, personCodeOf } from './aadsts.ts';
import { EXPLANATION_CODES, fillValues } from '../explanation-codes.ts';
import { explain, explanationOf, personCode } from '../explain-failure.ts';
import { ProviderFailure } from '../provider-failure.ts';
import { createTexts } from '../../texts/catalog.ts';

const t = createTexts('Gatehouse').default;
const read = (code: string): { what: string; fix: string } => {
  const texts = explain(code);
  if (texts === undefined) throw new Error(`no texts for ${code}`);
  const values = fillValues({
    clientId: 'CLIENT-ID',
    directoryId: 'DIRECTORY-ID',
    redirectUrl: 'https://gatehouse.example/login/callback',
    correlation: 'CORRELATION-ID',
  });
  return { what: t(texts.what, values), fix: t(texts.fix, values) };
};

/** All that section 2.9 of the facts on Entra ID names, and the one of the platform SPA. */
const EXPECTED = `50011 900971 700016 7000112 70001 90002 90038 900382 900432 50059 50128 90019 50194 700054 70005 70007
  70011 28002 28003 500011 650057 650056 65001 65004 90094 90095 50020 51004 16003 50034 90072 16000 50105 500021 500022
  500212 500213 50126 50053 50055 50056 50057 50058 50072 50074 50076 50079 53000 53001 53002 53003 530032 530035 50131
  50005 50097 50129 50155 50187 50140 50199 50196 90015 54005 70000 70008 50089 501481 50147 501491 700005 7000215 70002
  7000222 7000218 700025 700027 50012 700030 70021 50146 900144 90014 9002313 900561 90056 50000 90033 50033 90006 90012
  90024 9002327`.split(/\s+/);

test('every error of Entra ID that an administrator may meet is explained, and no text is left over', () => {
  expect(AADSTS_NUMBERS.toSorted()).toEqual(EXPECTED.toSorted());
  const explained = new Set(AADSTS_NUMBERS.map((number) => explainNumber(number)));
  expect(new Set(EXPLANATION_CODES.filter((code) => /^entra\.\d+$/.test(code)))).toEqual(explained);
});

/** Where something is changed: an entry of the admin center's menu, a page of Microsoft's, a field here, or the person's own act. */
const PLACES =
  /^(App registrations|Enterprise applications|External Identities|Monitoring & health|Users|Edit Settings here|Asked are openid|The person |Log in again)/;

describe.each(AADSTS_NUMBERS)('AADSTS%s', (number) => {
  const code = explainNumber(number)!;
  const { what, fix } = read(code);

  test('names its number and the cause', () => {
    expect(what).toContain(`AADSTS${number}`);
    // A cause is said in words of its own before the number.
    expect(what.split('(AADSTS')[0]!.trim().split(' ').length).toBeGreaterThan(4);
  });

  test('tells an administrator the place, and the value or the act', () => {
    expect(fix).toMatch(PLACES);
    expect(fix).not.toMatch(/ask (your|an|the) administrator/i);
    const menu = fix.includes(' → ');
    const act = /logs? in (again|on|with)|presses|log in again/i.test(fix);
    expect(menu || act).toBe(true);
    if (aboutOf(code) === 'settings' && !fix.startsWith('Edit Settings')) {
      // The registration is named by what an administrator can find it by, or what is to be copied from it.
      expect(fix).toMatch(/CLIENT-ID|Client ID|Directory \(tenant\) ID/);
    }
    // No placeholder is left without a value.
    expect(`${what} ${fix}`).not.toMatch(/…\s*[.,)]|[{}]/);
  });

  test('has a sentence for the person', () => {
    const failure = new ProviderFailure('registration', '', { providerCode: number });
    expect(explanationOf(failure)).toBe(code);
    expect(personCode(failure)).toBe(personCodeOf(code));
    expect(t(`error.${personCode(failure)}`, { reference: 'R' })).not.toContain('AADSTS');
  });
});

test.each<[string, string]>([
  ['50011', 'https://gatehouse.example/login/callback'],
  ['700025', 'https://gatehouse.example/login/callback'],
  ['700016', 'DIRECTORY-ID'],
  ['90002', 'DIRECTORY-ID'],
  ['53003', 'CORRELATION-ID'],
  ['50000', 'CORRELATION-ID'],
  ['7000112', 'CLIENT-ID'],
])('AADSTS%s says the very value: %s', (number, value) => {
  const { what, fix } = read(explainNumber(number)!);
  expect(`${what} ${fix}`).toContain(value);
});

test('another cloud is not taken for a directory that does not exist', () => {
  for (const number of ['90038', '900382', '900432']) {
    const { what, fix } = read(explainNumber(number)!);
    expect(what).toContain('another cloud');
    expect(fix).toContain('Cloud');
  }
});

test.each(['65005', '1', 'invalid_client', '', '50011 '])('%j has no text of its own', (number) => {
  expect(explainNumber(number)).toBeUndefined();
});
